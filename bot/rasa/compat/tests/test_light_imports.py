"""Serving must not load what only training needs."""

import subprocess
import sys
import unittest

SERVE = """
import sys
from bot.rasa.quiet import quieten
quieten()
from bot.rasa.compat.light_imports import TrainingOnlyError, without_training
without_training()
from rasa.core.run import serve_application
from rasa.core.policies.rule_policy import RulePolicy
from bot.rasa.compat.patches import apply_patches
apply_patches(token="")
assert not {"tensorflow", "jax", "matplotlib"} & sys.modules.keys(), "loaded all the same"
from rasa.graph_components.validators.default_recipe_validator import DefaultV1RecipeValidator  # in each model
from rasa.utils.train_utils import RasaBatchDataGenerator
try:
    RasaBatchDataGenerator({}, 1)
except TrainingOnlyError as error:
    assert "bot.rasa.train" in str(error)
    print("refused")
"""


class LightImportsTest(unittest.TestCase):
    def test_server_is_imported_without_tensorflow_and_training_code_refuses(self) -> None:
        result = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", SERVE], capture_output=True, text=True, timeout=200, check=False
        )
        self.assertEqual(result.returncode, 0, result.stderr[-3000:])
        self.assertEqual(result.stdout.strip(), "refused")


if __name__ == "__main__":
    unittest.main()
