"""Words for what a figure is about: the note, who made it, and its readers."""

from __future__ import annotations

NOTE: dict[str, str] = {
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
        "hash_tag hash_tags 标签词 主题标签 标签列表 关键标签 话题词 content_categories taxonomy_tags "
        "content_label content_labels creator_label creator_labels"
    ),
    "type": (
        "体裁 类型 形式 type types format formats genre genres 内容类型 内容形式 内容体裁 content_type content_types "
        "content_format media_type 型式 体栽 content_form 格式 media_format 种类 样式 体材 载体 媒体类型 "
        "content_kind note_kind post_kind"
    ),
    "posted": (
        "刊登 发布 发表 发文 发帖 上线 发出 posted post publish published publishing publication release released "
        "投稿 posting upload uploaded 上传 推出 发稿 发送 发笔记 发贴 go_live going_live live_date went_live "
        "goes_live pub note_create_time note_created_at note_created 笔记创建时间 笔记创建 实际发布 实际上线"
    ),
    "edited": (
        "last_update_time 编辑 修改 edit edited 最后修改 最后编辑 last_modified last_modified_time 最近修改 最近编辑"
    ),
    "updated": (
        "last_updated last_update 更新 update updated updates updating 刷新 refresh refreshed 更新于 最近更新 "
        "最后更新 recently_updated"
    ),
    "deadline": "截止日期 截止时间 截止日 发布截止 到期日期 到期日 due_date deadline",
    "data_day": (
        "date_key data_date 数据日期 stat_date 统计日期 报告日期 报表日期 report_date stats_date statistics_date "
        "reporting_date 数据时间 统计时间 统计 资料时间 资料日期"
    ),
    "captured": (
        "抓取 采集 爬取 crawl crawled crawling scrape scraped captured capture snapshot fetched fetch "
        "last_modify_ts last_modify 截止 截至 as_of asof 数据更新 数据截止 数据截至 data_updated data_update 导出 "
        "exported data_as_of 快照 updated_until updated_through retrieved 资料更新 资料截至 data_through "
        "data_refresh data_refreshed data_up_to 取数 拉取 拉数 数据抓取 数据采集 采集于 统计于 数据统计 "
        "data_pulled pulled extracted extraction collected_at collected_on refreshed_at data_timestamp 数据更新于 "
        "数据更新至 更新至 数据止 截止到 as_at reported_at data_current_to current_to"
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
        "长链接 地址链接 网页 webpage web_link hyperlinked 直达链接 跳转链接 web_address hrefs"
    ),
    "address": "地址 address addr addresses",
    "note": (
        "笔记 帖子 贴文 作品 note notes post posts article articles 稿件 贴子 文章 小红书笔记 笔记稿 内容贴 发布笔记 "
        "发布的笔记 已发布笔记 notes_published published_notes notes_posted posted_notes posts_published 发布笔记数 "
        "笔记发布数 发文数 发文篇数 发文总数 note_posts "
    ),
    "place": (
        "省市 loc 地域 地区 所在地 城市 省份 地理位置 所在城市 所在地区 location locations region regions city "
        "cities province provinces place places 属地 ip属地 ip_location ip_region ip_address_location area country "
        "国家 ip地址 归属地 ip归属地 geographic geographical geo by_region by_city by_province by_location "
        "geography based_in ip territory 常驻城市 常驻地 常驻 居住地 所在省份 所在省 发布地 country_region "
        "geolocation geo_location state_province residence 所在区域 属地区 home_city base_location base_city "
        "base_region 按省份 按城市 按省 按市 ip_belong belong 归属 ip归属"
    ),
    "note id": (
        "note_no post_no note_number post_number nid noteid 笔记号 笔记编码 note_key article_id note_code "
        "red_note_id rednote_note_id note_uid noteuid post_uid note_id_str"
    ),
    "scope=paid note": (
        "商单 商单笔记 报备笔记 商业笔记 合作笔记 paid_notes paid_note sponsored_notes sponsored_posts "
        "sponsored_note branded_posts branded_notes 合作篇数 商单篇数 报备篇数 合作稿件 合作稿件数 已合作笔记 已合作 "
        "已合作笔记数"
    ),
    "number_of_tags": (
        "话题数 话题数量 标签数 标签数量 hashtag_count hashtags_count tag_count tags_count number_of_hashtags"
    ),
    "remark": "quote_notes price_notes notes_to 报价备注 价格备注",
}
"""What a note is."""

CREATOR: dict[str, str] = {
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
        "主页 个人主页 homepage home_page profile profile_page personal_page 个人页 个人首页 首页 专页 "
        "page_profile profile_home user_page creator_page 名片 名片页 个人档案 个人档案页 个人资料 个人资料页 "
        "达人主页 博主主页 作者主页 博主页 官方地址 官方主页 官方链接 official_page official_profile "
        "personal_homepage personal_home_page"
    ),
    "category": (
        "类目 类别 领域 赛道 分类 垂类 行业 category categories vertical verticals niche niches 品类 垂直 板块 "
        "大类 版块 内容领域 内容方向 所属类目 创作领域 content_area content_areas content_field field_of_content "
        "specialty speciality 专长 方向 content_categories"
    ),
    "gender": "性别 sex gender genders gender_text",
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
    "health": "健康 健康度 health 健康值 健康状况 健康分",
    "level": "等级 级别 level levels grade grades lv 层级 星级 档位 档次 段位 class_level",
    "platform": "平台 platform 成长",
    "platform level": (
        "growth_level current_level current_lv 成长等级 当前等级 kol_level creator_level blogger_level 达人平台等级 "
        "成长级别 当前级别 cur_level cur_lv kol_current_level current_grade current_tier_level cur_grade 现等级 "
        "现级别 目前等级 目前级别 现在等级"
    ),
    "active": "活跃 active actives 活跃度",
    "ordering": (
        "购买 pay paying payers 下单 ordering ordered orderers buyer buyers buying purchase purchases purchasing "
        "purchased purchasers shopping 成交 付费用户 order_placing who_order 买家 购物 消费粉 bought 有下单 有购买"
    ),
    "fake": (
        "水粉丝 假粉丝 僵尸粉 疑似 suspected suspicious 水粉 水军 fake bot bots 假粉 殭尸粉 僵尸 僵尸粉丝 殭尸 殭屍 "
        "机器粉 虚假粉 虚假 死粉 inauthentic robot robots zombie zombies"
    ),
    "signed": "签约 signed 所签",
    "institution": (
        "经纪公司 机构 institution institutions mcn agency agencies 所属机构 所属公司 签约公司 经纪机构 机构公司 "
        "经纪人公司 management_company talent_agency agency_name mcn_network mcn公司 mcn机构 mcn_company "
        "mcn_agency organization organizations organisation organisations org_name"
    ),
    "credit": "信用 信用度 credit 信誉 信誉度 信用分 trust creditworthiness",
    "invite": "邀请 邀约 invite invites invitation invitations 邀约单 邀约消息 enquiry_reply 合作邀约",
    "live": (
        "直播 live livestream livestreams live_stream live_streams broadcast 开播 直播间 livestreaming live_streaming"
    ),
    "sales": ("销售额 营业额 成交额 gmv sales revenue turnover 带货额 gmv_sales 销量额 成交金额 net_sales takings"),
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
    "status": "状态 status 进度 进展 progress 进程",
    "keyword": (
        "投放词 买词 推广词 出价词 关键词 关键字 keyword keywords search_term search_terms 搜索词 竞价词 触发词 "
        "搜索关键词 检索词 关键词组 查询词 bid_keyword bid_word bidding_keyword bidword queries search_query kw kws "
        "投放关键词 购买关键词 购买词 推广关键词 关键字词 搜索关键字 search_keyword search_keywords keyword_text "
        "keyword_name"
    ),
    "page_number": "页码 page_number page_no",
    "fans age": "ages",
}
"""Who made it, for whom, and who follows."""
