import { drawCharts, showSamples } from './charts.js';
import { byId, setText } from './elements.js';
import { showOutcomes } from './outcomes.js';
import { showParts, tellOutcomes, wirePanel } from './panel.js';
import { drawPicture, showPicture } from './picture.js';
import { showTables, wireTables } from './tables.js';

drawPicture();
drawCharts();
wirePanel();
wireTables();

const events = new EventSource('/_local/events');
const on = (name, show) => events.addEventListener(name, ({ data }) => show(JSON.parse(data)));
const connection = (text, live) => {
  setText(byId('connection'), text);
  byId('connection').classList.toggle('live', live);
};
let lost = false;

events.addEventListener('open', () => {
  // a relay that was started anew counts from zero, and knows nothing of what is shown here
  if (lost) location.reload();
  connection('live', true);
});
events.addEventListener('error', () => {
  lost = true;
  connection('no connection; the numbers are the last known', false);
});
on('state', (snapshot) => {
  setText(byId('stage'), snapshot.stage);
  showPicture(snapshot);
  showParts(snapshot.parts);
  showTables(snapshot.state);
});
on('outcomes', (outcomes) => {
  showOutcomes(outcomes);
  tellOutcomes(outcomes);
});
on('samples', showSamples);
