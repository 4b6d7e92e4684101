"""How much of a model is read: bounds for the files of one upload together, so that they are read within two seconds.

Whoever asks for more is refused by a finding; what people write stays far below.
"""

from typing import Final

from app.dmn.document import Element, Faults
from app.errors import Refused, Text

MAX_FEEL: Final = 100_000  # characters of different expressions
MAX_EXPRESSIONS: Final = 12_000  # different ones
MAX_UNITS: Final = 500  # decisions, knowledge and services
MAX_INPUTS: Final = 500
MAX_NAMES: Final = 3_000  # that an expression may hold: of units, input data and components of types
MAX_READS: Final = 1_000  # different variables that the expressions read
MAX_REQUIREMENTS: Final = 5_000
MAX_SCOPES: Final = 500_000  # names in all the scopes that boxes open
SPLIT: Final = Text("拆成几个文件，分别上传", "split the model into several files and upload them separately")


class Budget:
    """What is left for files that are read together."""

    def __init__(self) -> None:
        self._left: dict[Text, int] = {}

    def take(self, faults: Faults, element: Element, count: int, limit: int, what: Text) -> None:
        """Use up some of a limit. Raises Refused with a finding at the element if there is not so much left."""
        left = self._left.get(what, limit) - count
        self._left[what] = left
        if left >= 0:
            return
        text = Text(f"{what.zh}合计超过 {limit} 个", f"there are more than {limit} {what.en} altogether")
        faults.add("dmn-too-large", element, text, SPLIT)
        raise Refused(faults.findings)


CHARACTERS: Final = Text("不同表达式的字符", "characters in different expressions")
EXPRESSIONS: Final = Text("不同的表达式", "different expressions")
UNITS: Final = Text("决策、知识模型和决策服务", "decisions, knowledge models and decision services")
INPUTS: Final = Text("输入数据", "input data")
NAMES: Final = Text("表达式可用的名称", "names that an expression may hold")
READS: Final = Text("表达式读取的变量", "variables that expressions read")
REQUIREMENTS: Final = Text("依赖关系", "requirements")
SCOPES: Final = Text("各层上下文中可见的名称", "names that the entries of contexts and loops see")
