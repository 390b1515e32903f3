"""Settings, from the environment only: a flow parameter would be stored and shown by Prefect.

`EHC_AUTHORITY`     whose tables are meant, where each authority has tables of its own
`EHC_DATABASE_URL`  where the records are; by default a SQLite file in `EHC_HOME`
`EHC_EXTRACT`       the extract that a scheduled night takes in first: a folder, workbook or file, made anew daily
`EHC_HOME`          where the embedded default keeps its files; by default the user's data folder
`EHC_LOG`           `json` writes the log as one JSON object a line; by default words
`EHC_PRACTICE`      local practice: a file for all authorities, or a folder of `<authority_code>.toml`
`EHC_SOURCE`        how that extract's columns are mapped, a name or the path of a map file; by default canonical
`EHC_UI_ADDRESS`    where Prefect's pages are, for links in workbooks and calendars; without it there are no links
"""

from functools import cache
from pathlib import Path

from platformdirs import user_data_path
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from models.authority import meant, own_address


class Settings(BaseSettings):
    """What the product needs to know of its surroundings; the database address may hold a password."""

    model_config = SettingsConfigDict(env_prefix="EHC_")

    home: Path = user_data_path("ehc-pathway")
    database_url: SecretStr | None = None
    authority: str | None = None
    practice: Path | None = None
    extract: Path | None = None
    source: str = "canonical"
    log: str = "words"
    ui_address: str | None = None

    @property
    def address(self) -> str:
        """The database address in full, for the store alone: never print it."""
        return own_address(self.common_address, self.whose) if self.whose else self.common_address

    @property
    def whose(self) -> str | None:
        """The authority whose own tables are meant; None where one database is for all."""
        return meant() or self.authority

    @property
    def common_address(self) -> str:
        """The address of the database that the authorities have in common; never print it either."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.home / 'ehc.db'}"

    @property
    def extract_here(self) -> Path | None:
        """The extract of whoever's tables are meant: of one authority among several, the folder of its code."""
        return self.extract / self.whose if self.extract is not None and self.whose else self.extract

    def own_name(self, name: str) -> str:
        """A name that is the authority's where its own tables are meant: two must not overwrite each other's pages."""
        return f"{name}-{self.whose}" if self.whose else name


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
