"""The words headers are made of: Chinese, English and the platforms' own API names, as data.

Each line of `WORDS` gives one part of a meaning and its spellings, separated by spaces; an
underscore joins the words of one spelling (``thumbs_up``). A spelling listed under two parts is
ambiguous: `meanings.read_meaning` then returns one reading for each. `NOISE` adds nothing to a
meaning, `OTHER` is known to mean something else and keeps a header from being understood.

Parts without ``=`` are things (``views``, ``price``); parts with ``=`` narrow a thing
(``scope=everyday``, ``statistic=median``, ``window=30``).
"""

from __future__ import annotations

CURRENCIES = {
    "USD": "usd 美元 美金 us$",
    "AUD": "aud 澳元 澳币 a$",
    "NZD": "nzd 纽币 新西兰元 nz$",
    "EUR": "eur euro euros 欧元",
    "GBP": "gbp 英镑",
    "HKD": "hkd 港币 港元 hk$",
    "SGD": "sgd 新币 s$",
    "CAD": "cad 加元",
    "JPY": "jpy 日元",
}
"""ISO code → how headers name the currency; another currency than the yuan makes an amount another figure."""

WORDS: dict[str, str] = {
    # ----------------------------------------------- what happened to a note
    "exposure": (
        "曝光数 露出 曝光 展现 展示 imp imps impr impression impressions exposure exposures expose exposed 曝光度 "
        "展示量 展现量 展现数 times_shown served 露出量 曝光人次 曝光次数 曝光值 露出次数 appearances displays "
        "displayed exp"
    ),
    "views": (
        "点阅 阅览 收看 阅读 观看 浏览 播放 查看 小眼睛 read reads reading readings view views viewed viewing play "
        "plays played playback watch watches watched pageview pageviews page_views pv 浏览人次 阅读人次 点阅数 "
        "点阅量 观看人次 浏览量 点阅次数 view_count browse browsing browsed browses"
    ),
    "views statistic=median": "click_mid click_median median_click median_clicks m_valid_raw_read_feed",
    "active fans": "活粉 活跃粉",
    "per_thousand_views": "千次阅读 千次观看 千次播放 per_thousand_reads per_thousand_views",
    "engagement statistic=median": "m_engagement m_engage m_interact m_interaction m_inter",
    "exposure statistic=median": "m_accum_imp m_imp",
    "people": (
        "uv 人数 人 people person persons unique_users unique_user uniques users_reached 独立访客 unique "
        "unique_visitors 独立用户 去重人数 独立用户数 unique_people distinct_users distinct_people distinct_readers "
        "去重用户 不重复人数 人数去重 deduplicated dedup"
    ),
    "click": "点击 click clicks clicked clicking",
    "cover": (
        "封面 首图 cover covers thumbnail thumbnails 封面图 封面图片 首图图片 cover_image cover_picture cover_photo "
        "cover_pic"
    ),
    "likes": (
        "点赞 赞 获赞 被赞 按赞 heart hearts like likes liked thumbs_up thumbsup upvote upvotes 喜欢 点赞人次 按赞数 "
        "赞数 喜爱 爱心 praise praises praised"
    ),
    "collects": (
        "收藏 藏 collect collects collected collection collections save saves saved fav favs favourite favourites "
        "favorite favorites favourited favorited bookmark bookmarks bookmarked 收藏人次 储存 珍藏 典藏"
    ),
    "comments": (
        "响应 response responses 评 回覆 评论 留言 comment comments commented cmt cmts reply replies 回复 评论人次 "
        "回响 留言人次 发言"
    ),
    "shares": (
        "转 转传 转载 分享 转发 share shares shared sharing repost reposts forward forwards forwarded reshare "
        "reshares 分享人次 转发人次"
    ),
    "follows": (
        "转粉 直接涨粉 涨粉量 涨粉 关注 follow follows new_follow new_follows 净涨粉 涨粉丝 粉丝增量 增粉 吸粉 "
        "新增关注 新关注 带粉 涨粉人数 净增粉 增加粉丝 带来粉丝 加粉 gained_followers followers_gained fans_gained "
        "follower_gain follower_gains fan_gain new_followers followers_added fans_added added_followers added_fans "
        "带来关注 追踪 新增追踪 追踪数 追踪增加 新增粉 新粉 新粉丝"
    ),
    "note statistic=recent": "notes_rate_note_number",
    "following": "关注 following followings followees 关注了 追踪",
    "fans": (
        "fans_profile fans_summary 追踪者 关注者 订阅者 粉丝 audience audiences fan fans follower followers "
        "subscriber subscribers 粉 follower_base fan_base fanbase followership following_base subs 拥趸 粉丝中 "
        "粉丝里 粉丝群体 粉丝用户"
    ),
    "bullets": (
        "弹幕 danmaku danmu danmus bullet_comment bullet_comments bullet_chat bullet_chats bullet_screen "
        "bullet_screens bullet bullets barrage 弹屏 飞弹 danmaku_comments bullet_messages on_screen_comments "
        "screen_comments"
    ),
    "engagement": (
        "赞藏评 赞评藏 互动 engagement engagements engage engaged interaction interactions inter interact interacts "
        "interactive interacting engaging 互动过 赞藏评转 互动行为 互动人次 engagement_actions reactions 三连"
    ),
    "duration": (
        "时长 duration durations 停留时间 观看时间 dwell_time 时间长度 停留 停留时长 dwell 看时长 秒数 "
        "length_of_view 耗时"
    ),
    "views duration": (
        "watch_time watchtime view_time viewing_time viewtime reading_time play_time 浏览时间 阅读时间 播放时间 "
        "观看秒数 浏览秒数 阅读秒数 time_spent time_viewed time_watched seconds_viewed seconds_watched view_seconds "
        "watch_seconds read_duration read_time browse_time browsing_time 浏览时间长"
    ),
    "views people": "viewer viewers reader readers audience_count 观众",
    "finish": (
        "完整播放 播完 full_play 完播 completion completions finish finished complete completed full_view full_views "
        "看完 播放完成 完看 完读 完整观看 full_watch watched_to_end finish_watching play_completion "
        "watch_through"
    ),
    "spillover": "外溢 spillover spill_over",
    "store": (
        "进店 到店 客流 store_visit store_visits shop_visit shop_visits foot_traffic footfall visitors_in_store "
        "in_store_visitors 入店 进店人数 到店人数"
    ),
    # -------------------------------------------------------- what a note is
    "title": (
        "标题 题目 title titles headline headlines display_title 标题文字 标题文本 题名 heading headings subject "
        "抬头 note_name 标题名称 大标题"
    ),
    "text": (
        "正文 内容 文案 desc description descriptions body content contents caption captions text 描述 文字 文本 "
        "内文 全文 笔记文案 正文文字 body_text full_text copy_text copywriting"
    ),
    "tags": (
        "标签 话题 话题标签 tag tags hashtag hashtags topic topics 内容标签 content_tag content_tags 关联话题 "
        "hash_tag hash_tags 标签词 主题标签 标签列表 关键标签 labels label 话题词 content_categories taxonomy_tags"
    ),
    "type": (
        "体裁 类型 形式 type types format formats genre genres 内容类型 内容形式 内容体裁 content_type content_types "
        "content_format media_type 型式 体栽 content_form 格式 media_format 种类 样式 体材 载体 媒体类型 "
        "content_kind note_kind post_kind"
    ),
    "posted": (
        "刊登 发布 发表 发文 发帖 上线 发出 posted post publish published publishing publication release released "
        "投稿 posting upload uploaded 上传 推出 发稿 发送 发笔记 发贴 go_live going_live live_date went_live "
        "goes_live pub"
    ),
    "edited": (
        "last_update_time 编辑 修改 edit edited 最后修改 最后编辑 last_modified last_modified_time 最近修改 最近编辑"
    ),
    "updated": (
        "last_updated last_update 更新 update updated updates updating 刷新 refresh refreshed 更新于 最近更新 "
        "最后更新 recently_updated"
    ),
    "captured": (
        "抓取 采集 爬取 crawl crawled crawling scrape scraped captured capture snapshot fetched fetch last_modify_ts "
        "last_modify 统计 截止 截至 as_of asof 数据更新 数据截止 数据截至 data_updated data_update "
        "导出 exported data_as_of 数据日期 数据时间 快照 date_key data_date updated_until updated_through retrieved "
        "资料更新 资料截至 资料时间 data_through data_refresh data_refreshed data_up_to 取数 拉取 拉数 数据抓取 "
        "数据采集 采集于 统计于 数据统计 data_pulled pulled extracted extraction collected_at collected_on "
        "refreshed_at data_timestamp 数据更新于 数据更新至 更新至 数据止 截止到 as_at reported_at data_current_to "
        "current_to"
    ),
    "created": "建立 创建 create created creation 新建 生成 下单 建单 成立",
    "first": "首次 first initial initially 初次",
    "first posted": "首发 首发布",
    "creator posted": "publisher publishers 发布博主 发文博主",
    "time": (
        "时间 日期 时刻 date time datetime timestamp ts dates at on when day 日 datestamp 时间点 时间戳 日期时间 "
        "日期天 dt period_day daily_date"
    ),
    "link": (
        "连接 链接 网址 link links url urls href 连结 hyperlink hyperlinks weblink permalink 连结网址 短链 短链接 "
        "长链接 地址链接 网页 webpage web_link hyperlinked 直达链接 跳转链接 web_address"
    ),
    "address": "地址 address addr addresses",
    "note": (
        "笔记 帖子 贴文 作品 note notes post posts article articles 稿件 贴子 文章 小红书笔记 笔记稿 内容贴 发布笔记 "
        "发布的笔记 已发布笔记 notes_published published_notes notes_posted posted_notes posts_published 发布笔记数 "
        "笔记发布数 发文数 发文篇数 发文总数 note_posts"
    ),
    "place": (
        "省市 loc 地域 地区 所在地 城市 省份 地理位置 所在城市 所在地区 location locations region regions city "
        "cities province provinces place places 属地 ip属地 ip_location ip_region ip_address_location area country "
        "国家 ip地址 归属地 ip归属地 geographic geographical geo by_region by_city by_province by_location geography "
        "based_in ip territory 常驻城市 常驻地 常驻 居住地 所在省份 所在省 发布地 country_region geolocation "
        "geo_location state_province residence 定位 坐标 地点 所在区域 属地区 home_city base_location base_city "
        "base_region"
    ),
    # ----------------------------------------------------------- who made it
    "user": "用户 user users 人群",
    "creator": (
        "部落客 意见领袖 合作博主 博主 达人 作者 红人 网红 kol koc kols 创作者 creator creators blogger bloggers "
        "influencer influencers author authors talent talents account accounts 账号 账户 主播 kol_creator 达人账号 "
        "博主账号 content_creator uploader poster 评论者 commenter commenters 发布者 发布人 up主 kocs 网红达人 "
        "合作达人 达人博主 种草官 account_holder content_maker content_makers 撰稿人"
    ),
    "id": (
        "号码 id ids identifier identifiers 编号 编码 guid 代码 识别码 标识 标识符 unique_id 唯一标识 唯一id code_id "
        "代号 流水号 no id号 id号码 id编号 id码 编号id id_no"
    ),
    "user id": "uid xhs_uid xhs_user_id xiaohongshu_user_id rednote_user_id 小红书用户id 小红书uid",
    "name": "名称 名字 姓名 名 name names 称呼 名字名称 姓名名称 称谓",
    "nickname": (
        "名号 昵称 nickname nick nicknames nick_name display_name screen_name username user_name handle 网名 称号 "
        "用户名 账号名 账户名 显示名 显示名称 网络名 username_display 账号名称 账户名称 screenname pen_name moniker "
        "alias 小红书账号名 小红书账号名称 小红书账户名 小红书用户名 小红书名称 小红书名 小红书名字"
    ),
    "xhs": ("小红书 xhs xiaohongshu rednote red_note xiao_hong_shu red redbook little_red_book 红书 red_book redbooks"),
    "xhs number": (
        "小红书账户号 小红书账户 小红薯号 小红书号码 小红书号 红书号 小红书账号 小红书id red_id redid xhs_id xhsid "
        "xhs_number xhs_no xhs_account_number xhs_code xhs_account_id xhs_account_no xiaohongshu_id "
        "xiaohongshu_number xiaohongshu_no rednote_id rednote_number xhs号 xhs账号 xiaohongshu_account_id "
        "xiaohongshu_account_number red_number red账号 red号 little_red_book_id xiaohongshu_account xhs_account "
        "rednote_account public_account_number rednote_no 红薯号 红薯id 小红薯id 小红书id号 小红书数字号 "
        "小红书唯一号 red_no redbook_id redbook_no redbook_number redbook_account xhs_num rednote_account_number "
        "rednote_num red_num red_account_id red_id_number rednote_uid 小红书号id 小红书账号id 小红书编号 "
        "red_code little_red_book_number xhs_handle rednote_handle red_handle 小红书handle red_note_id "
        "red_book_id red_book_no red_book_number"
    ),
    "homepage": (
        "主页 个人主页 homepage home_page profile profile_page personal_page 个人页 官方 个人首页 首页 专页 "
        "page_profile profile_home user_page creator_page 名片 名片页 个人档案 个人档案页 个人资料 个人资料页"
    ),
    "category": (
        "类目 类别 领域 赛道 分类 垂类 行业 category categories vertical verticals niche niches 品类 垂直 板块 大类 "
        "版块 内容领域 内容方向 所属类目 创作领域 segment segments sector sectors content_area content_areas "
        "content_field field_of_content specialty speciality 专长 方向 content_categories"
    ),
    "gender": "性别 sex gender genders",
    "female": "女性 女 女生 女粉 female females women woman 女用户 女性用户 女性受众 ladies girls girl f_ratio",
    "male": "男性 男 男生 男粉 male males men man 男用户 男性用户 men_ratio boys guys",
    "women_first": "女男 female_male women_men females_males",
    "age": "年龄 岁 周岁 age aged years_old yrs 年龄段 age_group age_band age_range 年龄层",
    "interest": (
        "兴趣 偏好 喜好 关注焦点 interest interests preference preferences 关注点 焦点 兴趣焦点 兴趣点 兴趣爱好 爱好 "
        "关注内容 关注领域 关注话题 focus hobbies hobby interested likes_and_interests interest_focus focuses "
        "focus_areas 关注主题 感兴趣 感兴趣主题 兴趣主题 关注重点 关心 感兴趣领域 兴趣重点"
    ),
    "device": "设备 device devices",
    "health": "健康 健康度 health 健康值 健康状况 健康分 wellness",
    "level": "等级 级别 level levels grade grades lv 层级 rank 星级 档位 档次 段位 class_level",
    "platform": "平台 platform 成长",
    "platform level": (
        "growth_level current_level current_lv 成长等级 当前等级 kol_level creator_level blogger_level 达人平台等级 "
        "成长级别 当前级别 cur_level cur_lv kol_current_level current_grade current_tier_level cur_grade 现等级 "
        "现级别"
    ),
    "active": "活跃 active actives 活跃度",
    "ordering": (
        "购买 pay paying payers 下单 ordering ordered orderers buyer buyers buying purchase purchases purchasing "
        "purchased purchasers shopping 成交 付费用户 order_placing who_order 买家 购物 消费粉 bought"
    ),
    "fake": (
        "水粉丝 假粉丝 僵尸粉 疑似 suspected suspicious 水粉 水军 fake bot bots 假粉 殭尸粉 僵尸 僵尸粉丝 殭尸 殭屍 "
        "机器粉 虚假粉 虚假 死粉 inauthentic robot robots zombie zombies"
    ),
    "institution": (
        "signed 经纪公司 机构 institution institutions mcn agency agencies 签约 所属机构 所属公司 签约公司 经纪机构 "
        "机构公司 经纪人公司 management_company talent_agency agency_name mcn_network management mcn公司 mcn机构 "
        "mcn_company mcn_agency"
    ),
    "credit": "信用 信用度 credit 信誉 信誉度 信用分 trust creditworthiness",
    "invite": "邀请 邀约 invite invites invitation invitations 邀约单 邀约消息 enquiry_reply 合作邀约",
    "live": (
        "直播 live livestream livestreams live_stream live_streams broadcast 开播 直播间 livestreaming live_streaming"
    ),
    "sales": "销售额 营业额 成交额 gmv sales revenue turnover 带货额 gmv_sales 销量额 成交金额",
    "thousand_likes": "千赞 thousand_like thousand_likes",
    "hundred_likes": "百赞 hundred_like hundred_likes",
    "hit": "爆贴 爆帖 爆文 爆款 hit hits viral",
    "brand": (
        "品牌方 品牌商 品牌 brand brands 品牌名 品牌名称 商家品牌 advertiser advertisers client_brand brand_name"
    ),
    "spu": (
        "货品 样品 sample samples 产品名称 商品名称 spu sku 产品 商品 product products item items goods 商品名 品名 "
        "产品名 spu名 款式 goods_name product_name product_names item_name 寄送产品"
    ),
    "tier": "tier tiers 量级 层次",
    "mode": "模式 mode modes",
    "status": "状态 status state 进度 进展 阶段 stage progress 进程",
    "keyword": (
        "投放词 买词 推广词 出价词 关键词 关键字 keyword keywords search_term search_terms 搜索词 竞价词 触发词 "
        "搜索关键词 检索词 关键词组 查询词 bid_keyword bid_word bidding_keyword bidword queries search_query kw kws "
        "投放关键词 购买关键词 购买词 推广关键词 关键字词 搜索关键字 search_keyword search_keywords keyword_text "
        "keyword_name"
    ),
    "page_number": "页码 page_number page_no",
    # ----------------------------------------------------------------- money
    "price": (
        "裸价 价位 标价 报价 价格 一口价 价 price prices pricing quote quotes quoted quotation 稿费 稿酬 刊例 "
        "asking_price rate_card 刊例价 定价 单篇价 合作价 合作价格 执行价 刊例报价 要价 开价 quotation_price "
        "list_price listed_price fee_quote price_quote going_rate 报价金额 价钱 tariff live_quote live_quotes "
        "real_time_quote real_time_price 固定价 固定报价 fixed_price"
    ),
    "fee": "费用 费 fee fees charge charges 佣金 commission 酬金 报酬 酬劳 remuneration honorarium payout pay_out",
    "service": "服务 service 手续 平台服务 技术服务 平台技术服务 平台服 platform_service",
    "cost": "成本 cost costs 花费 代价 支出成本 expense_cost costing",
    "spu cost": "货值 产品价值 货品价值 样品价值 product_value goods_value sample_value",
    "all_costs": (
        "费用合计 合计费用 总费用 成本合计 合计成本 总成本 成本总计 费用总计 "
        "total_cost total_costs total_fee total_fees"
    ),
    "spend": (
        "支出 开支 花销 expense expenses expenditure 投放消耗 消费 消耗 spend spending spent 投放金额 ad_spend "
        "投放费用 花费 投放花费 投放消费 实际消耗 实耗 消耗额 消费额 现金消费 推广消费 广告消耗 广告花费 "
        "实际实际支出 实际消费 amount_spent spend_amount ad_cost media_cost media_spend outlay consumption "
        "consumed burn spendings"
    ),
    "budget": "预算 budget budgets 预算额 拨款 planned_budget",
    "unit_cost": (
        "单价 unit_price unit_cost cpa cpl 单次成本 cost_per price_per spend_per fee_per roi roas acp 单次价格 "
        "单次费用 每次成本 平均成本 均价 avg_cost average_cost cost_each 成本单价 平均费用 per_unit_cost "
        "cost_per_each"
    ),
    "unit_cost exposure": (
        "cpm ecpm 千次展示 千次曝光 cost_per_mille cost_per_thousand 千展 千展成本 千次展现 千次曝 千展费用 千人成本 "
        "cost_per_1000 cost_per_1k per_1000_impressions per_thousand_impressions per_mille 每千次曝光 每千次展示 "
        "每千次展现 ecpms cpms 千曝 千曝成本"
    ),
    "unit_cost engagement": "cpe cpi cpes",
    "unit_cost views": "cpv cpr",
    "unit_cost click": "cpc",
    "unit_cost follows": "cpf",
    "ratio": (
        "占比 比例 比率 比重 百分比 率 percent percentage pct share ratio ratios rate rates proportion ctr_rate 比 "
        "fraction 占有率 百分率 份额 percentages perc prop"
    ),
    "ratio unit=percent": "%",
    "click ratio": (
        "ctr click_through click_through_rate clickthrough clickthrough_rate click_thru_rate ctrs 点阅率 点选率 点击比"
    ),
    # ----------------------------------------------------------- advertising
    "ad": "广告 ad ads advert adverts advertising advertisement 营销 marketing promo_ad",
    "plan": (
        "推广计划 计划 plan plans campaign campaigns 投放计划 广告计划 推广活动 ad_plan ad_plans ad_campaign adplan "
        "campaign_plan 活动"
    ),
    "unit": ("单元 unit units ad_group adgroup adset ad_set 广告组 推广单元 投放单元 adgroups ad_unit ad_units adunit"),
    "creative": "创意 creative creatives 素材 广告创意 ad_creative creativity creativities 广告素材 asset assets",
    "placement": (
        "位置 广告位置 投放位 投放广告位 推广位 展示位置 ad_position ad_slot ad_slots 投放位置 版位 placement "
        "placements 广告位 ad_placement 推广位置 投放版位 资源位 投放场景 投放渠道 流量位置 流量位 资源位置 展位 "
        "广告展位 场域 展现位置 展示位 placement_type placement_name placement_position ad_location ad_spot slot "
        "slots inventory ad_inventory 投放资源 投放资源位"
    ),
    "targeting": "定向 精准定向 targeting targeted",
    "leads": (
        "线索 留资 表单 lead leads enquiry enquiries inquiry inquiries 留资人数 线索人数 表单提交 表单提交数 "
        "leads_num lead_submissions form_submissions form_submit 留资数 form_fills submissions"
    ),
    "leads valid": "mql sql",
    "button": "行动按钮 action_button cta button",
    "screenshot": "截图 screenshot screenshots",
    "save_picture": "保存图片 save_image save_images saved_image saved_images save_picture save_pictures pic_save",
    "search_after": "搜后 搜索后 after_search post_search search_after",
    "seeding": "种草 seeding ti_user i_user",
    "order": (
        "订单号 订单编号 order_number order_no 订单 order transaction transactions 订单单号 合作单号 "
        "合作订单 蒲公英订单 订单编码 order_num order_code order_ref order_reference 定单 订单代码"
    ),
    "cooperation_name": (
        "合作项目名称 合作项目 项目名称 project_name 合作名称 cooperation_name coop_name collaboration_name "
        "order_name campaign_name_coop 合作标题 合作项目名 合作活动 合作活动名称 项目名 项目标题 项目 合作主题 "
        "collab_name collab_title collaboration_title cooperation_title coop_title partnership_name "
        "cooperation_project collab_project collaboration_project project project_title 活动名称 活动名 合作案 "
        "合作案名称 专案名称 专案 campaign_title campaign_name partnership_title"
    ),
    "logistics": "物流 快递 邮费 运费 shipping postage delivery freight courier",
    "finished": "完成 completed complete completion finished finish 完结 结束 结案 ended closed",
    "huitun": "灰豚 huitun",
    "qiangua": "千瓜 qiangua",
    "pugongying": "蒲公英 pugongying dandelion pgy",
    "juguang": "聚光 juguang",
    "index": "指数 index indices",
    "valid": "有效 合格 valid qualified",
    "message": "私信 消息 message messages msg msgs consult dm dms",
    # ------------------------------------------------ the client's own figures
    "market": "市场 market markets",
    "channel": "销售渠道 sales_channel 渠道 channel channels",
    "theme": "主题 theme themes",
    "code": (
        "优惠码 折扣码 邀请码 口令 code codes promo_code promo_codes discount_code discount_codes coupon_code "
        "coupon coupons voucher_code voucher vouchers"
    ),
    "sessions": (
        "会话 网站会话 网站访问 官网访问 session sessions site_session site_sessions website_session "
        "website_sessions web_session web_sessions"
    ),
    "amount": "金额 amount amounts 总额 额",
    "currency": "币种 货币 currency currencies ccy",
    "invoice": "发票号码 发票号 账单号 单据号 发票 开票 账单 invoice invoices bill bills",
    "tax": "税 税额 税费 增值税 gst vat tax taxes",
    "taxed": "含税 税后 incl_gst incl_tax including_gst including_tax tax_included",
    "untaxed": "不含税 excl_gst ex_gst excluding_gst ex_tax excl_tax",
    "kind": "费用类型 费用项目 项目 cost_type kind kinds",
    "position": "排名 名次 排行 ranking",
    "list": "榜单 榜 榜单名称 list_name leaderboard",
    "window": "周期 统计周期 天数 window window_days",
    "nature": "内容性质 性质 scope",
    # ------------------------------------------------------------ qualifiers
    "traffic=organic": (
        "自然 organic natural origin original 自然流量 organically unpaid non_paid non_promoted 免费 非推广 非付费 "
        "自然流 unpaid_traffic free non_paid_traffic non_ad nonpaid unpromoted unboosted natural_traffic 非广告"
    ),
    "traffic=promoted": (
        "推广 promoted promotion promotional promo 投流 广告 paid ad ads advertising 付费推广 推流 投放 "
        "boosted_by_ads 付费 付费流量 广告投放 投广 商业流量 ads_driven paid_media paid_traffic ad_driven sponsored "
        "付费推广流量 商业推广 boost boosted boosting"
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
        "分布 distribution distributions breakdown profile_of 画像 top 构成 占比分布 分配 split splits mix makeup "
        "composition demographics demographic segmentation 结构"
    ),
    "statistic=target": "目标 target targets kpi goal goals",
    "page=discovery": (
        "发现feed 发现页 发现 discovery homefeed home_feed explore discover 发现页面 推荐页 for_you 首页推荐 "
        "discovery_page discover_page explore_page discovery_feed explore_feed recommendation_feed 发现频道 首页 "
        "推荐 推荐流 推荐feed 探索 探索页 发现流 信息流页 home_feed_page explore_tab discover_tab discover_feed "
        "recommended recommended_feed recommendation recommendations fyp for_you_page feed_page browse 首页feed "
        "推荐频道 发现首页 发现栏 发现页feed"
    ),
    "page=search": (
        "搜索页 搜寻页 搜索 搜寻 search search_page 搜索结果页 search_result search_results 检索 搜索结果 搜索流 "
        "搜索端 搜索频道 搜寻结果 搜寻结果页 searching search_tab search_results_page serp 搜寻流"
    ),
    "page=home": (
        "个人页 个人主页 主页 homepage profile profile_page home_page personal_page 博主主页 博主页 个人空间 "
        "个人首页 作者主页 达人主页 主页面 creator_page account_page user_page author_page profile_tab 个人页面 "
        "个人中心 个人档案页 个人档案 个人资料页"
    ),
    "page=follow": (
        "关注feed 关注页 follow_page following_page follow_feed following_feed follow_tab following_tab 关注页面 "
        "关注流 关注频道 关注栏 follow_stream following_tab_feed followed_feed follow_tab_feed follows_page 追踪页 "
        "关注列表 追踪 subscriptions following"
    ),
    "page=nearby": (
        "附近页 附近 同城 nearby nearby_page local_page 本地 同城页 附近频道 local local_feed nearby_feed near_me "
        "nearby_tab same_city city_feed local_tab 附近的人 本地页 同城频道 附近页面"
    ),
    "page=other": (
        "其他 其它 other others 其他页 other_page other_pages other_sources 其余 其他来源 其它来源 别的 misc "
        "miscellaneous elsewhere other_channels other_traffic other_surfaces 其它页 其他页面 其他渠道 "
        "other_placements rest remaining"
    ),
    "component": "组件 component components widget widgets 挂件 卡片 链接组件 小组件 组件卡 module modules",
    "comment_section": (
        "评论区 comment_section comments_section comment_area comment_zone 评论组件 留言区 评论页 comments_area "
        "comment_thread comment_box"
    ),
    "source": "来源 source sources 渠道来源 出处 origin_source",
    "per": "每 per 单篇 单条 每篇 each 每次 每一 每位 单次 每一次 每个 平均每次",
    "unit=fen": "分 fen 单位分 cents",
    "unit=foreign": "dollar dollars",
    **{f"unit=foreign unit={code}": words for code, words in CURRENCIES.items()},
    "unit=minutes": "分钟 min mins minute minutes 分钟数",
    "unit=10000": "万 wan w 万人 万次",
    "unit=1000": "千 k thousand thousands 千次",
    "synthetic": "合成数据 synthetic 虚拟数据",
    "posted status": "发布情况 发布进展 上线情况 发文情况 发布与否",
    "note id": (
        "note_no post_no note_number post_number nid noteid 笔记号 笔记编码 note_key article_id note_code "
        "red_note_id rednote_note_id"
    ),
    "scope=paid note": (
        "商单 商单笔记 报备笔记 商业笔记 合作笔记 paid_notes paid_note sponsored_notes sponsored_posts "
        "sponsored_note branded_posts branded_notes 合作篇数 商单篇数 报备篇数 合作稿件 合作稿件数"
    ),
    "format=image price": "image_rate image_post_rate photo_rate photo_post_rate picture_rate image_note_rate",
    "format=video price": "video_rate video_post_rate video_note_rate",
    "scope=paid price": "合作金额 合作总额 合作报价",
    "people posted": "发文人数 发文人 发帖人数 投稿人数 发布人数",
    "finish ratio": "vtr 观看完成率 看完率 播完率",
    "fans age": "ages",
    "orders_made": (
        "订单数 订单量 订单总数 成交订单 成交订单数 成交单数 orders order_count orders_count "
        "number_of_orders no_of_orders order_quantity order_volume"
    ),
    "number_of_tags": (
        "话题数 话题数量 标签数 标签数量 hashtag_count hashtags_count tag_count tags_count number_of_hashtags"
    ),
    "remark": "quote_notes price_notes notes_to 报价备注 价格备注",
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

NOISE = (
    "notes_rate page_percent_vo accum 核心 量 数 次数 次 数量 总数 总量 总 累计 合计 全部 整体 数值 值 个数 条数 "
    "篇数 个 篇 条 number numbers num nums no count counts cnt total totals overall all of the a an and for in from "
    "to with was were is been has have n 的 与 和 及 & + 情况 数据 data 信息 info 单位 元 人民币 rmb cny yuan 圆 ¥ "
    "cn renminbi 秒 s sec secs second seconds 必填 选填 required optional 新版 旧版 最新 latest current 当前 列 字段 "
    "field column col version sum raw value values figure figures metric metrics list 列表 明细 详情 times this its "
    "their 获得 received receive our 我 gross 人次 people_times cumulative cumul 发生 in_total who that are which "
    "群体 客户端 端 标准 official 实时 于 fixed within inside during among 所在 所属 规模 即时 realtime real_time "
    "平台数据 概览 表现 全流量 笔记数据 数据表现 数据概览 粉丝指标 note_card interact_info traffic 流量 by_creator "
    "by_blogger by_kol final 副本 copy 后台 口径 至 report reports reporting reported stats statistic 报告 报表 "
    "统计数据 资料 daily_report on by_day 北京时间 beijing_time beijing cst bj_time utc gmt utc+8 gmt+8 timezone "
    "local_time nzt nzdt aedt details detail 明细数据 记录 record records 系统 平台端 指标 维度 dimension dimensions "
    "size 相关 具体 grand aggregated aggregate agg combined sum_of 总计 共计 全量 总体 整体值 历史累计 to_date "
    "lifetime all_time till_now so_far since_start cumulated running this_note this_post 本篇 该篇 本笔记 该笔记 "
    "名单 清单 结果 result results outcome 水平 程度 degree display_value 展示值 带来 带来的 产生 产生的 引发 "
    "generated driven brought gained_by actual actuals 实际 真实 realised realized achieved platform_reported stat "
    "str string txt int float 则 则数 则数量 笔 笔数 位数 taxonomy 来自"
)

OTHER = (
    "by 有 无 仅 对号 是否 达标 星座 最多 最高 最低 最大 最小 评估 效果 备注 remark remarks comment_text 优效 负责人 "
    "经纪 uvs plan line lake lie test rating ratings score scores 评分 reach 触达 覆盖 repeat 关联 系数 高 低 中 前 "
    "后 上 下 第 环比 同比 评级 yoy mom wow previous prior last next max min minimum maximum highest lowest best "
    "worst peak stock back lost unfollow unfollows unlike unlikes dislike dislikes cancel cancelled removed 取消 "
    "取关 掉粉 流失 not non un excluding 不含 除 exclude excl without hide hidden reads_after good bad positive "
    "negative 正面 负面 quality team internal 内部 owner manager editor checked check 审核 review reviews month "
    "monthly week weekly year yearly 月 周 年 季 hour hourly 小时 性价比 gap diff difference 差 差值 占 比值 vs "
    "versus old older place_order lick likely lives liver life store site dash post_code reader_fans rated rater "
    "reacher date_of_birth birthday 生日 出生 群 社群 主要 main primary "
    ""
    "原价 上次 上期 history_price"
)
