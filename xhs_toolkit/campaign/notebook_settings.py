"""Notebooks of the campaign's own, beside those of every run."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from xhs_toolkit.campaign.agency import Settings
from xhs_toolkit.campaign.values import Text, make_fault

Step = Literal["1_objectives", "2_sourcing", "3_vetting", "4_roster", "5_content", "6_results"]


class OwnNotebook(Settings):
    """A notebook in the campaign folder that a run carries out: before a step, instead of it, or after all of them."""

    file: Text
    before: Step | None = None
    instead_of: Annotated[Step | None, Field(validate_default=True)] = None

    @field_validator("file")
    @classmethod
    def _lies_in_the_campaign_folder(cls, file: str) -> str:
        path = PurePosixPath(file.replace("\\", "/"))
        if path.suffix != ".ipynb":
            raise make_fault("is no notebook", "name a file that ends in .ipynb")
        if path.is_absolute() or ":" in file or ".." in path.parts:
            raise make_fault("does not lie in the campaign folder", "copy it there and write its name")
        return str(path)

    @field_validator("instead_of")
    @classmethod
    def _has_one_place(cls, instead_of: str | None, info: ValidationInfo) -> str | None:
        if instead_of and info.data.get("before"):
            raise make_fault("stands beside before", "keep one of the two")
        return instead_of

    @property
    def name(self) -> str:
        """Name of the step."""
        return PurePosixPath(self.file).stem
