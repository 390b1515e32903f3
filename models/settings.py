"""Settings, from the environment only: a flow parameter would be stored and shown by Prefect.

`EHC_DATABASE_URL`  where the records are; by default a SQLite file in `EHC_HOME`
`EHC_HOME`          where the embedded default keeps its files; by default the user's data folder
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
