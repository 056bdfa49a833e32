import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  PeriodOverride,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { stackName } from '../lib/stage/names.ts';
import type { Graph, Row } from './dashboard-row.ts';
import { dashboardRows } from './dashboard-rows.ts';
import type { WatchedParts } from './watched-parts.ts';

const PAGE_WIDTH = 24;
const GRAPH_HEIGHT = 6;

/** One page, read from top to bottom as an event goes; each row links to its section of the runbook. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, parts: WatchedParts, alarms: Alarm[]) {
    super(scope, id);
    const { stage } = parts;
    const page = new CloudWatchDashboard(this, 'Page', {
      dashboardName: stackName(stage.name),
      defaultInterval: Duration.hours(12),
      periodOverride: PeriodOverride.INHERIT, // the periods of the graphs hold: some are sums over an hour
    });
    page.addWidgets(new AlarmStatusWidget({ title: `Alarms of ${stage.name}`, alarms, width: PAGE_WIDTH, height: 4 }));
    for (const row of dashboardRows(parts)) {
      page.addWidgets(heading(row, stage.alarms.runbookUrl));
      page.addWidgets(...row.graphs.map((graph) => widget(graph, Math.floor(PAGE_WIDTH / row.graphs.length))));
    }
  }
}

const heading = ({ title, shows }: Row, runbookUrl: string): TextWidget =>
  new TextWidget({
    width: PAGE_WIDTH,
    height: 2,
    markdown: `## ${title}\n${shows} [Runbook](${runbookUrl}#${anchorOf(title)})`,
  });

/** As Markdown makes it of a heading. */
export const anchorOf = (title: string): string => title.toLowerCase().replaceAll(' ', '-');

const widget = ({ title, left, right = [], stacked = false }: Graph, width: number): GraphWidget =>
  new GraphWidget({ title, left, right, stacked, width, height: GRAPH_HEIGHT, leftYAxis: { min: 0 } });
