"""Settings, from the environment only: a flow parameter would be stored and shown by Prefect.

`EHC_DATABASE_URL`  where the records are; by default a SQLite file in `EHC_HOME`
`EHC_EXTRACT`       the extract that a scheduled night takes in first: a folder, workbook or file, made anew daily
`EHC_HOME`          where the embedded default keeps its files; by default the user's data folder
`EHC_PRACTICE`      local practice: a file for all authorities, or a folder of `<authority_code>.toml`
`EHC_SOURCE`        how that extract's columns are mapped, a name or the path of a map file; by default canonical
`EHC_UI_ADDRESS`    where Prefect's pages are, for links in workbooks and calendars; without it there are no links
"""

from functools import cache
from pathlib import Path

from platformdirs import user_data_path
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What the product needs to know of its surroundings; the database address may hold a password."""

    model_config = SettingsConfigDict(env_prefix="EHC_")

    home: Path = user_data_path("ehc-pathway")
    database_url: SecretStr | None = None
    practice: Path | None = None
    extract: Path | None = None
    source: str = "canonical"
    ui_address: str | None = None

    @property
    def address(self) -> str:
        """The database address in full, for the store alone: never print it."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.home / 'ehc.db'}"


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
