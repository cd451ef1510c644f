"""The answer to a proposal: its button, or a no; an old button is told so. Above: `carrying_out`. Below: the service desk."""

from __future__ import annotations

from assistant.answering.say_acts import Inform
from assistant.flows.process import Process, plain_process, process_of
from assistant.flows.serving_orders import carry_on, carry_through, declined
from assistant.flows.work import Work
from assistant.understanding.commands import Confirm, Decline

_ANSWERED = {"yes": "desk_answered_yes", "no": "desk_answered_no", "replaced": "desk_answered_replaced"}


async def decided(work: Work, command: Confirm | Decline) -> bool:
    """Whether it was an answer to the service desk. False: another question may have been meant."""
    process = process_of(work.context)
    asked = process.confirmation_id if process.waiting == "confirmation" else ""
    if command.confirmation_id and command.confirmation_id != asked:
        before = process.answered.get(command.confirmation_id, "")
        work.acts.append(Inform(about=_ANSWERED.get(before, "desk_answered")))
        return True
    if not asked or (isinstance(command, Confirm) and not command.confirmation_id):
        return False
    if not work.customer_id:
        return False
    if isinstance(command, Confirm):
        await carry_through(work, process)
    else:
        await declined(work, process)
    await carry_on(work)
    return True


async def left_alone(work: Work) -> bool:
    """ "Never mind": an open process ends, and nothing is changed."""
    process = process_of(work.context)
    if not process.open:
        return False
    await declined(work, process)
    work.know(process=plain_process(Process(answered=process_of(work.context).answered, done=process.done)))
    return True
