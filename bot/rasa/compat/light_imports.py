"""A process that only serves does without Rasa's training code, and so without TensorFlow, JAX and matplotlib.

Rasa 3.6 imports them for base classes and plots of components that a rule-only assistant does not have: two thirds of
the CPU and three quarters of the memory of its imports (docs/performance.md).
"""

import sys
from types import ModuleType

_TRAINING_ONLY = {
    "rasa.utils.tensorflow.callback": ("RasaTrainingLogger", "RasaModelCheckpoint"),
    "rasa.utils.tensorflow.data_generator": ("RasaBatchDataGenerator",),
    "rasa.graph_components.validators.default_recipe_validator": ("DefaultV1RecipeValidator",),
    "sklearn.model_selection": ("train_test_split",),
    "rasa.core.test": ("test",),
    "rasa.nlu.test": ("run_evaluation", "CVEvaluationResult"),
}


class TrainingOnlyError(RuntimeError):
    """Something that only training needs was asked of a serving process."""


def _refusing(module: str, name: str) -> type:
    def refuse(*_: object, **__: object) -> None:
        raise TrainingOnlyError(f"{module}.{name} is not there in a serving process: run it from bot.rasa.train")

    return type(name, (), {"__new__": refuse, "__module__": module})


def without_training() -> None:
    """Put stand-ins in the place of modules that only training uses; to be called before Rasa is imported."""
    for name, members in _TRAINING_ONLY.items():
        if name in sys.modules:
            continue
        module = ModuleType(name, __doc__)
        for member in members:
            setattr(module, member, _refusing(name, member))
        sys.modules[name] = module
