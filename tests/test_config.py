from __future__ import annotations

from pathlib import Path

import pytest

from auditor.config import Config, Policy, find_config, load_config, load_policy
from auditor.errors import ConfigError


def written(folder: Path, text: str, name: str = "auditor.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_command_line_beats_file_beats_defaults(tmp_path: Path) -> None:
    path = written(tmp_path, 'fail-on = "minor"\npreview = true\n')
    config, origins = load_config(path, {"fail_on": "critical", "encoding": None})
    assert (config.fail_on, config.preview, config.encoding) == ("critical", True, "utf-8")
    assert origins["fail-on"] == "command line"
    assert origins["preview"] == str(path)
    assert origins["encoding"] == "default"


def test_pyproject_holds_the_same_keys_in_a_table_of_its_own(tmp_path: Path) -> None:
    path = written(tmp_path, '[tool.auditor]\nselect = ["MT"]\n[tool.auditor.policy]\nreject = 99\n', "pyproject.toml")
    config, _ = load_config(path)
    assert config.select == ("MT",)
    assert config.policy == Policy(reject=99.0)


def test_configuration_is_found_in_a_folder_above(tmp_path: Path) -> None:
    path = written(tmp_path, "")
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert find_config(below) == path


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("fail-onn = 'minor'", "did you mean “fail-on”"),
        ("fail-on = 'grave'", "fail-on must be one of"),
        ("preview = 'yes'", "must be bool"),
        ("select = 'MT'", "must be a list of strings"),
        ("[policy]\nrejekt = 5", "did you mean “reject”"),
        ("[policy]\nreject = 1", "quarantine must not be above reject"),
        ("[policy]\nnot-english = 'drop'", "not-english must be one of"),
        ("encoding = 'utf-9'", "unknown to Python"),
        ("[severities]\nMT101 = 'bad'", "must be one of"),
        ("this is not toml", "not valid TOML"),
    ],
)
def test_wrong_settings_name_the_place_and_the_cure(tmp_path: Path, text: str, cure: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ConfigError, match=cure):
        load_config(path)


def test_missing_configuration_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path / "none.toml")


def test_a_policy_file_may_be_a_configuration_or_only_its_policy(tmp_path: Path) -> None:
    whole = load_policy(written(tmp_path, "preview = true\n[policy]\nclean = 7\n"))
    alone = load_policy(written(tmp_path, "clean = 7\n"))
    assert whole == alone == Policy(clean=7.0)


def test_fingerprint_changes_with_a_setting_and_with_nothing_else() -> None:
    assert Config().fingerprint() == Config().fingerprint()
    assert Config(preview=True).fingerprint() != Config().fingerprint()
    assert Config(policy=Policy(clean=9)).fingerprint() != Config().fingerprint()
