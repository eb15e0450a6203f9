"""Words that narrow a figure, words that must not be read, and words that say nothing more."""

from __future__ import annotations

from xhs_toolkit.exports.lexicon.currencies import CURRENCIES

QUALIFIERS: dict[str, str] = {
    "traffic=organic": (
        "自然 organic natural origin 自然流量 organically unpaid non_paid non_promoted 免费 非推广 非付费 自然流 "
        "unpaid_traffic non_paid_traffic non_ad nonpaid unpromoted unboosted natural_traffic 非广告 original"
    ),
    "commercial_traffic": "商业曝光 商业阅读 商业流量 商业展现",
    "traffic=promoted": (
        "推广 promoted promotion promotional promo 投流 广告 paid ad ads advertising 付费推广 推流 投放 "
        "boosted_by_ads 付费 付费流量 广告投放 投广 ads_driven paid_media paid_traffic ad_driven 付费推广流量 "
        "商业推广 boost boosted boosting"
    ),
    "traffic=heated": (
        "加热 heat heated heating 薯条 boost boosted boosting 加热推广 薯条加热 速推 chips fries_boost 内容加热 "
        "heat_up heated_up 助推"
    ),
    "scope=everyday": (
        "日常 everyday daily nor common normal non_commercial ordinary regular non_sponsored 日常内容 日常笔记 "
        "非商业 非合作 普通 常规 自发 everyday_content unsponsored organic_content day_to_day everyday_posts "
        "daily_posts non_collab non_cooperation 平日 平时 normal_notes natural_content"
    ),
    "scope=everyday note": "organic_notes organic_note natural_notes natural_note organic_posts organic_post",
    "scope=paid": (
        "registered 合作 商业 报备 coop cooperation cooperations collab collabs collaboration collaborations "
        "commercial sponsored paid business cooperative 付费 cooperated partnership branded 品牌合作 商业合作 "
        "合作内容 商业内容 广告笔记 商业推广笔记 paid_partnership paid_collab "
        "branded_content 业配 恰饭 biz brand_collab collabed commissioned 接广 接广告 sponsor"
    ),
    "format=image": (
        "static 静态图 图文 图片 图 image images picture pictures pic pics photo photos graphic graphics 图集 "
        "imagetext image_text picture_text photo_text image_and_text carousel graphic_text pictorial 照片 相片 图像 "
        "stills image_post photo_post static_image 图文类型"
    ),
    "format=video": (
        "影片 影音 短片 视频 video videos vid 短视频 vlog clip clips 影像 动态影片 reel reels footage 视像 录像 "
        "短影音 短影片 film films"
    ),
    "statistic=median": (
        "中位数 中位 中位值 中值 median medians mid medin mednum med 中数 中间值 p50 50th_percentile 中位水平 mdn "
        "mdian mid_value middle middle_value"
    ),
    "statistic=average": (
        "平均 人均 均 场均 篇均 均值 条均 average averages avg mean means ave per_person per_user per_capita "
        "每人平均 人均值 平均值 均次 averaged mean_value per_viewer per_reader 每篇平均 篇均值 平均每人 平均每位 "
        "每人"
    ),
    "statistic=growth ratio": (
        "增幅 变化幅度 涨幅 幅度 涨跌幅 变动幅度 变化率 增长率 增速 growth_pct 变化比例 增减幅度 growth_rate "
        "change_rate pct_change percent_change percentage_change 增减率 增减比例 消长率"
    ),
    "statistic=growth": (
        "增长 变化 变动 增量 新增 净增 growth increase increased change changes rise rises growing new gained gain "
        "gains net delta won added additional 上涨 增加 净增长 涨 增减 increment incremental uplift 变化量 增幅量"
    ),
    "statistic=estimate": (
        "est 预估 预计 预测 估计 预期 estimate estimated estimates expected predicted predictive prediction promise "
        "预算估 估算 预测值 推算 forecasted forecast projected projection estd"
    ),
    "statistic=rate_reached": "达成率 完成率 achievement",
    "statistic=distribution": (
        "分布 distribution distributions breakdown profile_of 画像 构成 占比分布 分配 split splits mix makeup "
        "composition demographics demographic segmentation 结构"
    ),
    "statistic=target": "目标 target targets kpi goal goals",
    "page=discovery": (
        "发现feed 发现页 发现 discovery homefeed home_feed explore discover 发现页面 推荐页 for_you 首页推荐 "
        "discovery_page discover_page explore_page discovery_feed explore_feed recommendation_feed 发现频道 首页 "
        "推荐 推荐流 推荐feed 探索 探索页 发现流 信息流页 home_feed_page explore_tab discover_tab discover_feed "
        "recommended_feed recommendation recommendations fyp for_you_page feed_page 首页feed 推荐频道 发现首页 "
        "发现栏 发现页feed"
    ),
    "page=search": (
        "搜索页 搜寻页 搜索 搜寻 search search_page 搜索结果页 search_result search_results 检索 搜索结果 搜索流 "
        "搜索端 搜索频道 搜寻结果 搜寻结果页 searching search_tab search_results_page serp 搜寻流 搜索页面 "
        "搜索结果页面 搜寻页面"
    ),
    "page=home": (
        "个人页 个人主页 主页 homepage profile profile_page home_page personal_page 博主主页 博主页 个人空间 "
        "个人首页 作者主页 达人主页 主页面 creator_page account_page user_page author_page profile_tab 个人页面 "
        "个人中心 个人档案页 个人档案 个人资料页 personal_homepage personal_home_page"
    ),
    "page=follow": (
        "关注feed 关注页 follow_page following_page follow_feed following_feed follow_tab following_tab 关注页面 "
        "关注流 关注频道 关注栏 follow_stream following_tab_feed followed_feed follow_tab_feed follows_page 追踪页 "
        "关注列表 追踪 subscriptions following"
    ),
    "page=nearby": (
        "附近页 附近 同城 nearby nearby_page local_page 本地 同城页 附近频道 local_feed nearby_feed near_me "
        "nearby_tab same_city city_feed local_tab 附近的人 本地页 同城频道 附近页面"
    ),
    "page=other": (
        "其他 其它 other others 其他页 other_page other_pages other_sources 其余 其他来源 其它来源 别的 misc "
        "miscellaneous elsewhere other_channels other_traffic other_surfaces 其它页 其他页面 其他渠道 "
        "other_placements"
    ),
    "component": "组件 component components widget widgets 挂件 卡片 链接组件 小组件 组件卡 module modules",
    "comment_section": (
        "评论区 comment_section comments_section comment_area comment_zone 评论组件 留言区 评论页 comments_area "
        "comment_thread comment_box"
    ),
    "source": "来源 source sources 渠道来源 出处 origin_source",
    "statistic=cumulative": (
        "累计 历史累计 to_date cumulative cumul cumulated running lifetime all_time till_now so_far since_start accum"
    ),
    "per_day": "日均 每日平均 average_per_day avg_per_day per_day daily_average",
    "per": "每 per 单篇 单条 每篇 each 每次 每一 每位 单次 每一次 每个 平均每次",
    "unit=fen": "分 fen 单位分 cents",
    "unit=foreign": "dollar dollars",
    **{f"unit=foreign unit={code}": words for code, words in CURRENCIES.items()},
    "unit=minutes": "分钟 min mins minute minutes 分钟数",
    "unit=10000": "万 wan w 万人 万次",
    "unit=1000": "千 k thousand thousands 千次",
    "synthetic": "合成数据 synthetic 虚拟数据",
    "private": (
        "邮箱 邮件 电子邮箱 联系邮箱 email emails e_mail mail mails mailbox email_address 手机 手机号 电话 "
        "联系电话 phone phones telephone tel mobile mobiles cellphone 微信 微信号 wechat weixin wx qq whatsapp "
        "we_chat we_chat_id 联系 联系方式 联系人 contact contacts 简介 个人简介 个性签名 签名 bio bios biography "
        "intro introduction self_introduction about_me signature 收货 收件 收货地址 收件人 邮寄地址 寄送地址 "
        "mailing_address shipping_address postal_address delivery_address street_address home_address postcode "
        "zipcode 邮编 身份证 id_card id_number passport 护照 真实姓名 本名 real_name full_name legal_name 银行 "
        "银行卡 bank 支付宝 alipay phone_number mobile_number telephone_number cell_phone wechat_id weixin_id "
        "wechat_number personal_introduction about_the_creator profile_text profile_description 自我介绍 介绍 "
        "line_id telegram e_mail_address"
    ),
}
"""What narrows a thing: traffic, scope, format, statistic, page, unit."""

NOISE = (
    "notes_rate page_percent_vo 量 数 次数 次 数量 总数 总量 总 合计 全部 整体 数值 值 个数 条数 篇数 个 篇 条 "
    "number numbers num nums no count counts cnt total totals overall all of the a an and for in from to with "
    "was were is been has have n 的 与 和 及 & + 情况 数据 data 信息 info 单位 元 人民币 rmb cny yuan 圆 ¥ cn "
    "renminbi 秒 s sec secs seconds 必填 选填 required optional 新版 旧版 最新 latest current 当前 列 字段 "
    "field column col version sum raw figure figures metric metrics list 列表 明细 详情 times this its their "
    "获得 received receive our 我 人次 people_times 发生 in_total who that are which 群体 客户端 端 official "
    "实时 于 fixed within inside during among 所在 所属 规模 即时 realtime real_time 平台数据 概览 表现 全流量 "
    "笔记数据 数据表现 数据概览 粉丝指标 note_card interact_info traffic 流量 by_creator by_blogger by_kol "
    "final 副本 copy 后台 口径 至 report reports reporting reported stats statistic 报告 报表 统计数据 资料 "
    "daily_report on by_day 北京时间 beijing_time beijing cst bj_time utc gmt utc+8 gmt+8 timezone local_time "
    "nzt nzdt aedt details detail 明细数据 记录 record records 系统 平台端 指标 维度 dimension dimensions size "
    "相关 具体 grand aggregated aggregate agg combined sum_of 总计 共计 全量 总体 整体值 this_note this_post "
    "本篇 该篇 本笔记 该笔记 名单 清单 结果 result results outcome display_value 展示值 带来 带来的 产生 "
    "产生的 引发 generated driven brought gained_by platform_reported stat str string txt int float 则 则数 "
    "则数量 笔 笔数 taxonomy 来自 基础 基础信息 基础数据 基本信息 基本 账号信息 达人信息 博主信息 报价信息 "
    "按规模 basic basics profile_data account_info creator_info 按 有过 有的 ms 官方 核心数据 核心指标 "
    "合作信息 传播数据 互动数据 笔记信息 本品 本期 传播效果 作品信息 内容信息 投放数据"
)
"""Adds nothing to a meaning."""

OTHER = (
    "by 有 无 仅 对号 是否 达标 星座 最多 最高 最低 最大 最小 评估 效果 备注 remark remarks comment_text 优效 "
    "负责人 经纪 uvs plan line lake lie test rating ratings score scores 评分 reach 触达 覆盖 repeat 关联 系数 "
    "高 低 中 前 后 上 下 第 环比 同比 评级 yoy mom wow previous prior last next max min minimum maximum "
    "highest lowest best worst peak stock back lost unfollow unfollows unlike unlikes dislike dislikes cancel "
    "cancelled removed 取消 取关 掉粉 流失 not non un excluding 不含 除 exclude excl without hide hidden "
    "reads_after good bad positive negative 正面 负面 quality team internal 内部 owner manager editor checked "
    "check 审核 review reviews month monthly week weekly year yearly 月 周 年 季 hour hourly 小时 性价比 gap "
    "diff difference 差 差值 占 比值 vs versus old older place_order lick likely lives liver life store site "
    "dash post_code reader_fans rated rater reacher date_of_birth birthday 生日 出生 群 社群 主要 main primary "
    "原价 上次 上期 history_price top sent loads load consent contest prize medium religion node plate "
    "reserved committed reference 参考 竞品 对标 second asset assets free slot slots label labels segment "
    "segments sector sectors local recommended remaining management stage state inventory reactions signed_up "
    "value values standard actual hours planned competitor gross"
)
"""Known to mean something else: a header with such a word is not understood."""
