"""Invented names: most of them Chinese, some Uyghur, Tibetan, Mongolian, Latin; none of a real person."""

from random import Random

from identity.document import Sex

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程苏"
    "魏吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚"
    "邵万钱严覃武莫孔向汤"
)
_COMPOUND = ("欧阳", "司马", "上官", "诸葛")
_FIRST = {
    Sex.MALE: "志建文国明海春立宏永俊子浩宇嘉一天泽沐景",
    Sex.FEMALE: "秀桂玉淑晓雅思梦雨诗若书语欣怡佳静慧美云",
}
_SECOND = {
    Sex.MALE: "强军平辉峰波涛鹏杰宁远恒辰航轩然安和松青",
    Sex.FEMALE: "英兰芳珍梅琴霞燕丽娜婷涵萱彤妍琪瑶宁洁禾",
}
_ELSEWHERE = {
    Sex.MALE: (
        "艾力·肉孜",
        "阿不都·热合曼",
        "吐尔逊·麦麦提",
        "巴特尔",
        "扎西顿珠",
        "Liam O'Hara Kowalczyk",
        "Jean-Luc Marchetti",
        "㐂田",
    ),
    Sex.FEMALE: (
        "古丽娜尔·买买提",
        "阿依古丽·吐尔逊",
        "热娜·艾力",
        "其其格",
        "卓玛央金",
        "Anna-Lena Öström",
        "Zoë Brightwater",
        "欧阳〇",
    ),
}


def surname(random: Random) -> str:
    """Return a family name; one in fifty has two characters."""
    return random.choice(_COMPOUND) if random.random() < 0.02 else random.choice(_SURNAMES)


def full_name(random: Random, *, family: str, sex: Sex) -> str:
    """Return a name of the family; about one in a hundred people has a name of another kind."""
    if random.random() < 0.012:
        return random.choice(_ELSEWHERE[sex])
    given = random.choice(_SECOND[sex])
    return family + (given if random.random() < 0.15 else random.choice(_FIRST[sex]) + given)
