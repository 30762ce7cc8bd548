"""The loop action: a stack of frames, one question at a time, digressions answered by rules and come back from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from actions.message_language import language_asked_for
from actions.names import CHOOSE_OPTION, ActionName
from actions.reply import Button, Card, Outcome, Reply, payload
from actions.services.small_talk import only_waits
from actions.services.tasks.decision import (
    ATTEMPTS_BEFORE_LETTING_GO,
    MOST_ATTEMPTS,
    Decision,
    Meaning,
    decide,
    is_over,
)
from actions.services.tasks.frames import Ask, Frame, Impossible, Ready, Say, Task, frame_from_json
from actions.texts import Texts
from actions.turn import Turn

MOST_OPEN = 3


@dataclass(frozen=True, slots=True)
class Completed:
    """What came of a task: words, cards and buttons; `shopping` and `conversation` where they must be remembered.

    `reopened` is a frame to go on with instead of ending (a price changed under the order, say); its next question
    then says why, and `text` may be empty.
    """

    text: str
    cards: tuple[Card, ...] = ()
    buttons: tuple[Button, ...] = ()
    handoff: str | None = None
    shopping: dict[str, Any] | None = None
    reopened: Frame | None = None


class TaskService(Protocol):
    """A kind of task with its way to the shop: facts are read before deciding, the result is written at the end."""

    @property
    def task(self) -> Task[Any]:
        """The pure part."""
        ...

    async def open(self, turn: Turn) -> Sequence[Frame]:
        """Begin a frame with what the opening message says already; several where it names several things."""
        ...

    async def facts(self, frame: Frame, turn: Turn) -> Any:
        """Read what the task must know."""
        ...

    def focus(self, turn: Turn, facts: Any) -> dict[str, Any] | None:
        """Return the `shopping` slot with what the task asks about in focus, None where it asks about no product."""
        ...

    async def complete(self, frame: Frame, turn: Turn, facts: Any) -> Completed:
        """Carry the task out."""
        ...


@dataclass(slots=True)
class _Progress:
    """What one turn adds up: lines said, things shown, and the question that ends it."""

    stack: list[Frame]
    lines: list[str]
    cards: tuple[Card, ...] = ()
    buttons: tuple[Button, ...] = ()
    expects: str | None = None
    handoff: str | None = None
    shopping: dict[str, Any] | None = None


class ServiceTasks:
    """Runs the tasks on top of the stack; the newest frame is the last of the list."""

    def __init__(self, services: Sequence[TaskService], texts: Texts) -> None:
        self._services = {service.task.name: service for service in services}
        self._openers = {intent: service.task.name for service in services for intent in service.task.opened_by}
        self._texts = texts

    async def handle(self, turn: Turn) -> Outcome:
        """Answer one turn, or reject it so that a rule answers; after that the engine asks again and we repeat."""
        stack = [frame_from_json(row) for row in turn.tasks if row.get("task") in self._services]
        progress = _Progress(stack, [])
        if turn.answered:
            return await self._ask_again(turn, progress)
        if not stack:
            if turn.intent not in self._openers:
                return self._closed()
            await self._open(turn, progress)
        elif not await self._continue(turn, progress):
            return Outcome(rejected=True, tasks=[frame.as_json() for frame in progress.stack])
        await self._advance(turn, progress)
        return self._outcome(turn, progress)

    async def _open(self, turn: Turn, progress: _Progress) -> None:
        service = self._services[self._openers[turn.intent]]
        opened = []
        for frame in await service.open(turn):
            filled = service.task.fill(frame, turn, await service.facts(frame, turn))
            progress.lines += self._said(filled.says, turn) if filled is not None else []
            opened.append(filled.frame if filled is not None else frame)
        del progress.stack[: -(MOST_OPEN - 1)]
        progress.stack += reversed(opened)

    async def _continue(self, turn: Turn, progress: _Progress) -> bool:
        """Give the message to the task on top; False where it is a digression."""
        frame = progress.stack[-1]
        service = self._services[frame.task]
        decision = decide(frame, service.task, turn, await service.facts(frame, turn), self._openers)
        match decision.meaning:
            case Meaning.DIGRESSION:
                progress.stack[-1] = decision.frame
                return False
            case Meaning.NEW_TASK:
                if turn.intent in service.task.ended_by:
                    _end(progress)
                elif self._openers[turn.intent] == frame.task:
                    progress.stack.pop()
                if not progress.stack or progress.stack[-1].task != self._openers[turn.intent]:
                    await self._open(turn, progress)
            case Meaning.CANCEL:
                _end(progress)
                progress.lines.append(self._texts.say(f"{frame.task}.cancelled", turn.language, vary=turn.text))
            case Meaning.NOT_UNDERSTOOD:
                self._not_understood(decision, turn, progress)
            case Meaning.ANSWER:
                progress.stack[-1] = decision.frame
                progress.lines += self._said(decision.says, turn)
        return True

    def _not_understood(self, decision: Decision, turn: Turn, progress: _Progress) -> None:
        if only_waits(turn.text):
            progress.lines.append(self._texts.say("social.wait", turn.language, vary=turn.text))
            return
        if language_asked_for(turn.text) is not None:
            progress.lines.append(self._texts.say("social.language", turn.language))
            return
        if decision.frame.attempts >= ATTEMPTS_BEFORE_LETTING_GO:
            progress.stack.clear()
            progress.lines.append(self._texts.say("task.set_aside", turn.language))
            progress.buttons += (self._texts.human_button(turn.language),)
            return
        progress.stack[-1] = decision.frame
        key = "task.offer_person" if decision.frame.attempts >= MOST_ATTEMPTS else "task.not_understood"
        progress.lines += self._said(decision.says or (Say(key),), turn)
        if decision.frame.attempts >= MOST_ATTEMPTS:
            progress.buttons += (self._texts.human_button(turn.language),)

    async def _advance(self, turn: Turn, progress: _Progress) -> None:
        """Ask the next question, or finish frames until one asks or none is left."""
        while progress.stack:
            frame = progress.stack[-1]
            service = self._services[frame.task]
            facts = await service.facts(frame, turn)
            step = service.task.next(frame, facts)
            if isinstance(step, Ask):
                progress.shopping = service.focus(turn, facts) or progress.shopping
                return self._ask(step, turn, progress)
            progress.stack.pop()
            if isinstance(step, Impossible):
                progress.lines += self._said((step.say,), turn)
                progress.buttons += self._starting(step.buttons, turn)
            elif isinstance(step, Ready):
                await self._complete(service, frame, turn, facts, progress)
            if progress.stack:
                progress.buttons = ()
                if progress.stack[-1].task != frame.task:
                    progress.lines.append(self._texts.say(f"{progress.stack[-1].task}.back", turn.language))
        return None

    async def _complete(self, service: TaskService, frame: Frame, turn: Turn, facts: Any, progress: _Progress) -> None:
        done = await service.complete(frame, turn, facts)
        progress.lines += [done.text] if done.text else []
        progress.cards, progress.buttons = done.cards or progress.cards, done.buttons
        progress.handoff = done.handoff or progress.handoff
        progress.shopping = done.shopping or progress.shopping
        if done.reopened is not None:
            progress.stack.append(done.reopened)

    def _ask(self, ask: Ask, turn: Turn, progress: _Progress) -> None:
        frame = progress.stack[-1]
        progress.stack[-1] = replace(frame, asked=ask.slot, slots={**frame.slots, **ask.keeps})
        short = ask.again if turn.answered or only_waits(turn.text) else None
        progress.lines += self._said((*ask.notes, ask.say) if short is None else (short,), turn)
        progress.expects = ask.slot
        progress.buttons = (
            tuple(
                Button(
                    option.title or self._texts.say(option.key, turn.language),
                    payload(CHOOSE_OPTION, value=option.value),
                )
                for option in ask.options
            )
            + self._starting(ask.buttons, turn)
            + progress.buttons
        )

    def _starting(self, buttons: Sequence[tuple[str, str]], turn: Turn) -> tuple[Button, ...]:
        return tuple(Button(self._texts.say(key, turn.language), payload(intent)) for intent, key in buttons)

    async def _ask_again(self, turn: Turn, progress: _Progress) -> Outcome:
        """Repeat the open question after a digression, in short."""
        if not progress.stack:
            return self._closed()
        frame = progress.stack[-1]
        if turn.intent == "contact_human_agent":
            return self._closed()
        if is_over(frame, self._services[frame.task].task, turn):
            _end(progress)
            if not progress.stack:
                return self._closed()
        await self._advance(turn, progress)
        return self._outcome(turn, progress)

    def _said(self, says: Sequence[Say], turn: Turn) -> list[str]:
        return [self._line(say, turn) for say in says]

    def _line(self, say: Say, turn: Turn) -> str:
        values: Mapping[str, Any] = {
            name.removesuffix("_key"): self._texts.say(value, turn.language) if name.endswith("_key") else value
            for name, value in say.values.items()
        }
        return self._texts.say(say.key, turn.language, vary=turn.text, **values)

    def _closed(self) -> Outcome:
        return Outcome(tasks=[], events=(_loop(None),))

    def _outcome(self, turn: Turn, progress: _Progress) -> Outcome:
        reply = Reply(
            text="\n".join(progress.lines),
            language=turn.language,
            cards=progress.cards,
            quick_replies=progress.buttons,
            handoff=progress.handoff,
            expects=progress.expects,
        )
        return Outcome(
            reply=reply,
            tasks=[frame.as_json() for frame in progress.stack],
            shopping=progress.shopping,
            events=(_loop(ActionName.SERVICE_TASK if progress.stack else None),),
        )


def _end(progress: _Progress) -> None:
    """End the task on top, with those that the same message opened and that nothing was asked for yet."""
    name = progress.stack.pop().task
    while progress.stack and progress.stack[-1].task == name and progress.stack[-1].asked is None:
        progress.stack.pop()


def _loop(name: str | None) -> dict[str, Any]:
    return {"event": "active_loop", "timestamp": None, "name": None if name is None else str(name)}
