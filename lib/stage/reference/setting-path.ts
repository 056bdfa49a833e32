import type * as z from 'zod/mini';

type Within<Parent extends string, Key extends string> = Parent extends '' ? Key : `${Parent}.${Key}`;

/** The fields of an object, with those below them. */
type Fields<Shape, Parent extends string> = {
  [Key in keyof Shape & string]: SettingPath<Shape[Key], Within<Parent, Key>>;
}[keyof Shape & string];

/** What lies below a setting that holds objects; nothing below any other. */
type Below<Schema, Parent extends string> =
  Schema extends z.ZodMiniObject<infer Shape>
    ? Fields<Shape, Parent>
    : Schema extends z.ZodMiniArray<infer Element>
      ? Below<Element, `${Parent}[]`>
      : Schema extends z.ZodMiniRecord<infer _Key, infer Value>
        ? Below<Value, `${Parent}.*`>
        : never;

/**
 * The paths of all settings of a schema, sections included: `dedup`, `dedup.windowHours`, `subscriptions[].name`,
 * `authentication.*.modes`.
 */
export type SettingPath<Schema, Parent extends string = ''> =
  Schema extends z.ZodMiniDefault<infer Inner>
    ? SettingPath<Inner, Parent>
    : Schema extends z.ZodMiniPrefault<infer Inner>
      ? SettingPath<Inner, Parent>
      : Schema extends z.ZodMiniNullable<infer Inner>
        ? SettingPath<Inner, Parent>
        : Schema extends z.ZodMiniOptional<infer Inner>
          ? SettingPath<Inner, Parent>
          : Below<Schema, Parent> | (Parent extends '' ? never : Parent);
