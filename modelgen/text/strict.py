"""The bases of all parts of the schema."""

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """The base of all parts of the schema: unknown keys are refused, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Conditional(Strict):
    """What may be used only with certain modules. The conditions are applied, and gone, before the text is
    typed (see `conditions`): here they only say that the keys exist.
    """

    when: str | list[str] | None = None
    unless: str | list[str] | None = None


class Beside(Conditional):
    """A row that may stand beside another, in place of at the end of its own section."""

    after: str | None = None
    before: str | None = None
