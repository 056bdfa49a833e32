import type { CxoneClient } from '../../lib/cxone/types.ts';
import type { DncApi } from '../../lib/dnc/dnc-api.ts';
import { createDncGroups } from '../../lib/dnc/dnc-groups.ts';
import { createOutboundContacts } from '../../lib/dnc/outbound-contacts.ts';
import { ConfigError } from '../../lib/platform/errors.ts';
import type { Stage } from '../../lib/stage/stage.ts';

/** The form of CXone's Do-Not-Call list that the stage names: `dnc.api`. */
export function dncApiOf({ dnc, cxone }: Pick<Stage, 'dnc' | 'cxone'>, client: CxoneClient): DncApi {
  if (dnc.api === 'outbound-contacts')
    return createOutboundContacts({ client, path: cxone.paths.outboundContacts, customListIds: dnc.customListIds });
  if (dnc.groupId === null) throw new ConfigError('dnc.groupId', 'is needed with dnc.api "dnc-groups"');
  const { groupId, phoneNumberFormat, alreadyListedErrors, notListedErrors } = dnc;
  const errorsOfHeld = { optOut: alreadyListedErrors, optIn: notListedErrors };
  return createDncGroups({ client, path: cxone.paths.dncGroups, groupId, phoneNumberFormat, errorsOfHeld });
}
