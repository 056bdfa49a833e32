import type { SubscriptionMeanings } from './stage-path.ts';

export const SUBSCRIPTION_MEANINGS = {
  subscriptions:
    "What CXone's EventBridge shall send, and to where; at most 100. The relay creates, repairs and (with `pruneSubscriptions`) deletes those whose description ends in ` [relay:<stage>]`, and touches no other.",
  'subscriptions[].name': 'Unique in the list, without blanks at either end: the relay finds its subscription by it.',
  'subscriptions[].description': 'Free text; the mark of ownership is added to it.',
  'subscriptions[].eventType': 'What is subscribed to.',
  'subscriptions[].filters': 'Only events for which all of these hold.',
  'subscriptions[].filters[].field': 'Such as `contact.channelType`.',
  'subscriptions[].filters[].operator': 'As CXone names it, such as `eq`.',
  'subscriptions[].filters[].value': 'What the field is compared with.',
  'subscriptions[].endpoints': 'Where CXone delivers; 1 to 10.',
  'subscriptions[].endpoints[].url': 'Address of the endpoint.',
  'subscriptions[].endpoints[].type': 'Its kind.',
  'subscriptions[].deadLetterQueue': 'Where CXone puts what it could not deliver.',
  'subscriptions[].deadLetterQueue.enabled': 'Needs `endpointUrl` when true.',
  'subscriptions[].deadLetterQueue.endpointUrl': 'Address of that queue.',
  'subscriptions[].deadLetterQueue.retentionDays': 'How long CXone keeps it there.',
  'subscriptions[].retryConfiguration': 'How CXone repeats a failed delivery.',
  'subscriptions[].retryConfiguration.maxRetries': 'Tries after the first.',
  'subscriptions[].retryConfiguration.backoffStrategy': 'How the delay grows.',
  'subscriptions[].retryConfiguration.initialDelayMs': 'Before the first of them.',
  'subscriptions[].retryConfiguration.maxDelayMs': 'The delay grows no further; at least `initialDelayMs`.',
} satisfies SubscriptionMeanings;
