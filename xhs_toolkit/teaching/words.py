"""Invented names, places, titles and texts. Nobody is meant, and the names say so."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

SYNTHETIC = "合成数据 SYNTHETIC"
NOTICE = f"{SYNTHETIC}：全部内容均为虚构示例，不涉及任何真实博主或品牌 (all rows are invented)"
NAME_PREFIX = "示例博主·"

NAMES = (
    *("青柠", "海盐", "松果", "云雀", "薄荷", "山竹", "麦田", "小鹿", "橘子", "蓝莓", "晚风", "石榴"),
    *("银杏", "芦苇", "贝壳", "栗子", "雪松", "甜橙", "蒲公英", "星河", "月见", "木棉", "白茶", "桂花"),
    *("半夏", "南瓜", "椰子", "鲸落", "萤火", "四叶草", "奇异果", "蜂鸟", "苔藓", "雨林", "砂糖", "柚子"),
    *("枫叶", "浮云", "海豚", "野莓"),
)
PLACES = (
    *(
        "皇后镇",
        "基督城",
        "瓦纳卡",
        "奥克兰",
        "惠灵顿",
        "罗托鲁瓦",
        "蒂阿瑙",
        "凯库拉",
        "米尔福德",
        "陶波",
        "斯图尔特岛",
        "峡湾",
    ),
    *("悉尼蓝山", "黄金海岸", "塔斯马尼亚"),
)
EVERYDAY_TITLES = (
    "{place}周末吃什么｜我的私藏小店",
    "在{place}生活的第三年，说点真话",
    "{place}租房看了八套后的心得",
    "一个人在{place}的夜晚",
    "{place}超市好物，回购清单",
    "留学生的一天：{place}篇",
    "{place}日落合集🌅",
    "不踩雷！{place}咖啡地图",
    "{place}二手市集捡漏记",
    "今天的{place}又下雨了",
)
TEXTS = (
    "周末去了{place}，风有点大但是阳光特别好。",
    "停车很方便，早一点到人会少很多。",
    "路线写在图里啦，需要的姐妹自取。",
    "全程大概两个小时，走得很轻松。",
    "记得多带水，山上信号不太好。",
    "Worth the drive from town, honestly.",
    "下次想带爸妈一起来。",
    "有问题可以在评论区问我。",
)
QUESTIONS = (
    "请问在哪里可以买到？",
    "现在还有活动吗？",
    "大概多少钱呀？",
    "怎么选比较好？",
    "求链接可以吗？",
    "周末去人多吗？",
    "适合第一次去的人吗？",
    "可以寄回国吗？",
)
TRUSTING = ("看完放心多了，谢谢分享", "用过，确实不错", "一直信你推荐的", "终于有人讲明白了", "我家也在用，靠谱")
SMALL_TALK = ("好看", "收藏了", "拍得真好", "学到了", "想去", "哈哈哈真实", "蹲一个", "氛围感拉满", "周末就去", "码住")
COPIED = ("姐妹说得太对了真的绝绝子", "这个真的好用强烈推荐给大家", "已经下单期待收到货")
COMMENT_ENDINGS = ("", "～", "！", "😊", "🙏", "👍", "呀", "啊")
CATEGORIES = ("户外", "旅行", "亲子", "生活记录", "穿搭", "美食")
INTERESTS = ("美食", "出行", "穿搭", "生活记录", "影视", "家居家装", "母婴", "运动健身")


def make_names(n: int, *, endings: Sequence[str] = ()) -> list[str]:
    """Names that say they are invented, all different; each further round of them has the next ending.

    >>> make_names(2)
    ['示例博主·青柠', '示例博主·海盐']
    >>> make_names(41, endings=["在路上"])[-1]
    '示例博主·青柠在路上'
    """
    rounds = ["", *endings]
    rounds += [str(number + 1) for number in range(len(rounds), n // len(NAMES) + 1)]
    return [f"{NAME_PREFIX}{NAMES[i % len(NAMES)]}{rounds[i // len(NAMES)]}" for i in range(n)]


def make_ids(n: int, *, prefix: str, rng: np.random.Generator) -> list[str]:
    """Ids of 24 hexadecimal digits as the platform's, all different, with a prefix that marks them."""
    digits = 24 - len(prefix) - 6
    heads = rng.integers(0, 16, (n, digits))
    return [f"{prefix}{''.join(f'{digit:x}' for digit in head)}{i:06x}" for i, head in enumerate(heads)]


def fill_titles(patterns: list[str], *, rng: np.random.Generator) -> list[str]:
    """Put a place into every pattern."""
    places = rng.choice(PLACES, len(patterns))
    return [pattern.replace("{place}", place) for pattern, place in zip(patterns, places, strict=True)]


def make_texts(n: int, *, rng: np.random.Generator) -> list[str]:
    """Bodies of two to four sentences."""
    sizes = rng.integers(2, 5, n)
    bodies = ["".join(rng.choice(TEXTS, size, replace=False)) for size in sizes]
    return fill_titles(bodies, rng=rng)
