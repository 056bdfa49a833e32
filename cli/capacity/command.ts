import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { type Cli, jsonOption } from '../shared/cli.ts';
import { tell } from '../shared/describe.ts';
import { numberIn } from '../shared/option-values.ts';
import { UsageError } from '../shared/usage-error.ts';
import { BATCH_ENDS, usualKeys } from './load.ts';

const MAX_EVENT_BYTES = 700_000;

/** What a load needs, and what it costs. Asks nobody: all figures are in cli/capacity. */
export function capacityCommand(cli: Cli): CommandUnknownOpts {
  const command = new Command('capacity')
    .description('what a load needs: limits it meets, what to raise, and what it costs (us-east-1, list prices)')
    .summary('what a load needs, and what it costs')
    .addOption(new Option('--events-per-second <n>', 'average').argParser(numberIn({ above: 0, atMost: 10_000_000 })))
    .addOption(
      new Option('--duplicates <share>', 'of events that are repeats')
        .argParser(numberIn({ from: 0, below: 1 }))
        .default(0.02),
    )
    .addOption(
      new Option('--size <bytes>', "of an event's body")
        .argParser(numberIn({ from: 1, atMost: MAX_EVENT_BYTES }))
        .default(1024),
    )
    .addOption(
      new Option('--batch <n>', 'events in an average batch (default: both ends, 1 and 10)').argParser(
        numberIn({ from: 1, atMost: 10 }),
      ),
    )
    .addOption(
      new Option('--dnc <share>', 'of events that are Do-Not-Call wishes')
        .argParser(numberIn({ from: 0, atMost: 1 }))
        .default(0),
    )
    .addOption(
      new Option(
        '--keys <n>',
        'order keys active at the same time (default: 10 for each event a second, at least 1000)',
      ).argParser(numberIn({ from: 1 })),
    )
    .addOption(
      new Option('--filter <where>', 'dedup.filter of the stage')
        .choices(['upstash', 'off'] as const)
        .default('upstash' as const),
    )
    .addOption(
      new Option('--router-runs <when>', 'routerRuns of the stage')
        .choices(['continuously', 'every-minute'] as const)
        .default('continuously' as const),
    )
    .addOption(new Option('--document', 'docs/capacity.md, made anew').conflicts(['eventsPerSecond', 'json']))
    .addOption(jsonOption())
    .action(async ({ eventsPerSecond, document, ...options }) => {
      if (document === true) {
        const { capacityDocument } = await import('./document.ts');
        return cli.output.print(capacityDocument().trimEnd());
      }
      if (eventsPerSecond === undefined) {
        throw new UsageError('--events-per-second is missing: give the average, such as 1000');
      }
      const { outlooksOf, reportJson, reportText } = await import('./report.ts');
      const { batchSizeWith } = await import('./usage.ts');
      const { duplicates, size: sizeBytes, dnc: dncShare, filter, routerRuns, batch, keys } = options;
      const activeKeys = keys ?? usualKeys(eventsPerSecond);
      const load = { eventsPerSecond, duplicates, sizeBytes, dncShare, activeKeys, filter };
      const outlooks =
        routerRuns === 'every-minute'
          ? outlooksOf({ ...load, routerRuns }, [batch ?? batchSizeWith({ ...load, routerRuns }, 1)])
          : outlooksOf(load, batch === undefined ? BATCH_ENDS : [batch]);
      await cli.output.print(options.json === true ? reportJson(outlooks) : reportText(outlooks));
    });
  return tell(command, {
    json: `{"pricesAsOf", "currency", "region", "outlooks": [{"load", "usage", "cost": {"usdPerMonth", "usdPerMillion",
 "lines": [{"part", "what", "usdPerMonth"}]}, "limits": [{"limit", "asked", "allowed", "unit", "share", "raiseFrom",
 "lifted", "goOn"}]}]}, an outlook for each size of batches`,
    examples: ['npx relay capacity --events-per-second 1000'],
  });
}
