"""ministack with IAM enforced (AUTH=true), as AWS would be seen by the stack. Two things are told to it."""

import ministack.core.iam_actions as iam_actions

known_action = iam_actions.extract_iam_action


def action_of(service, *args, **kwargs):
    """Batch calls of SQS need the right to the single call: IAM has no action of their name."""
    action = known_action(service, *args, **kwargs)
    return action.removesuffix("Batch") if action and action.startswith("sqs:") else action


iam_actions.extract_iam_action = action_of  # before the application takes it from there

import ministack.app as emulator  # noqa: E402

answer = emulator.app


async def behind_tls(scope, receive, send):
    """AWS has HTTPS only, and our policies refuse anything else; here TLS is taken to have ended before."""
    if scope["type"] == "http":
        scope = {**scope, "headers": [*scope["headers"], (b"x-forwarded-proto", b"https")]}
    await answer(scope, receive, send)


emulator.app = behind_tls
emulator.main()
