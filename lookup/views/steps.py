"""A form in short steps, one question a screen, that works without script and loses nothing on the way back.

What was typed before travels along in the form itself: it stands in no address, no cookie and no session.
A file cannot travel so, hence a photo is asked for in the last step. A form that comes without naming a step
is taken for answered as a whole.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from django import forms
from django.http import QueryDict

SomeForm = TypeVar("SomeForm", bound=forms.Form)
# Makes the form: with what was sent, or with values to start from and no errors.
FormMaker = Callable[..., SomeForm]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One screen: the name that the form sends, and the fields that are asked for."""

    name: str
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StepShown(Generic[SomeForm]):
    """The screen to show: a form, of which the fields of one step are to be seen."""

    form: SomeForm
    step: Step
    steps: tuple[Step, ...]

    @property
    def number(self) -> int:
        """Which step it is, from 1."""
        return self.steps.index(self.step) + 1

    @property
    def is_first(self) -> bool:
        return self.number == 1

    @property
    def is_last(self) -> bool:
        return self.number == len(self.steps)

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields of this screen."""
        return [self.form[name] for name in self.step.fields]

    @property
    def wrong(self) -> list[forms.BoundField]:
        """The fields of this screen that need mending."""
        return [field for field in self.asked if field.errors]

    @property
    def carried(self) -> Iterator[tuple[str, str]]:
        """Name and value of what was typed on other screens."""
        for name, field in self.form.fields.items():
            if name not in self.step.fields and not isinstance(field, forms.FileField | forms.BooleanField):
                value = self.form[name].value()
                yield name, "" if value is None else str(value)


@dataclass(frozen=True, kw_only=True)
class AllAnswered(Generic[SomeForm]):
    """The whole form is sent, and valid."""

    form: SomeForm


def first(make: FormMaker[SomeForm], steps: tuple[Step, ...]) -> StepShown[SomeForm]:
    """Return the first screen, with nothing typed."""
    return StepShown(form=make(), step=steps[0], steps=steps)


def onward(
    make: FormMaker[SomeForm], steps: tuple[Step, ...], *, sent: QueryDict, sent_form: SomeForm
) -> StepShown[SomeForm] | AllAnswered[SomeForm]:
    """Return the screen that follows what was sent, or the whole form once it is answered.

    ``sent_form`` is the form bound to it. Only the steps up to the present one are held against it.
    """
    here = _present(steps, sent)
    if "back" in sent:
        return StepShown(form=make(initial=_typed(sent)), step=steps[max(here - 1, 0)], steps=steps)
    for step in steps[: here + 1]:
        if any(sent_form[name].errors for name in step.fields):
            return StepShown(form=sent_form, step=step, steps=steps)
    if here + 1 < len(steps):
        return StepShown(form=make(initial=_typed(sent)), step=steps[here + 1], steps=steps)
    return AllAnswered(form=sent_form)


def back_to_errors(form: SomeForm, steps: tuple[Step, ...]) -> StepShown[SomeForm]:
    """Return the first screen on which something needs mending; the last, if it is the form as a whole."""
    wrong = (step for step in steps if any(form[name].errors for name in step.fields))
    return StepShown(form=form, step=next(wrong, steps[-1]), steps=steps)


def _present(steps: tuple[Step, ...], sent: QueryDict) -> int:
    named = (place for place, step in enumerate(steps) if step.name == sent.get("step"))
    return next(named, len(steps) - 1)


def _typed(sent: QueryDict) -> dict[str, str]:
    return {name: str(value) for name, value in sent.items()}
