"""Words for what is counted and paid: what happened to a note, money, advertising, the client's own figures."""

from __future__ import annotations

RESPONSE: dict[str, str] = {
    "exposure": (
        "曝光数 露出 曝光 展现 展示 imp imps impr impression impressions exposure exposures expose exposed 曝光度 "
        "展示量 展现量 展现数 times_shown served 露出量 曝光人次 曝光次数 曝光值 露出次数 appearances displays "
        "displayed exp"
    ),
    "views": (
        "点阅 阅览 收看 阅读 观看 浏览 播放 查看 小眼睛 read reads reading readings view views viewed viewing play "
        "plays played playback watch watches watched pageview pageviews page_views pv 浏览人次 阅读人次 点阅数 "
        "点阅量 观看人次 浏览量 点阅次数 view_count browse browsing browsed browses 有阅读"
    ),
    "views statistic=median": (
        "click_mid click_median median_click median_clicks m_valid_raw_read_feed 点击中位数 点击中位 点击量中位数"
    ),
    "active fans": "活粉 活跃粉",
    "per_thousand_views": "千次阅读 千次观看 千次播放 per_thousand_reads per_thousand_views",
    "engagement statistic=median": "m_engagement m_engage m_interact m_interaction m_inter",
    "exposure statistic=median": "m_accum_imp m_imp",
    "people": (
        "uv 人数 人 people person persons unique_users unique_user uniques users_reached 独立访客 unique "
        "unique_visitors 独立用户 去重人数 独立用户数 unique_people distinct_users distinct_people distinct_readers "
        "去重用户 不重复人数 人数去重 deduplicated dedup 不重复"
    ),
    "click": "点击 click clicks clicked clicking",
    "cover": (
        "封面 首图 cover covers thumbnail thumbnails 封面图 封面图片 首图图片 cover_image cover_picture cover_photo "
        "cover_pic"
    ),
    "liked_by_me": "is_liked liked_by_me",
    "likes": (
        "点赞 赞 获赞 被赞 按赞 heart hearts like likes liked thumbs_up thumbsup upvote upvotes 喜欢 点赞人次 按赞数 "
        "赞数 喜爱 爱心 praise praises praised"
    ),
    "collects": (
        "收藏 藏 collect collects collected collection collections save saves saved fav favs favourite favourites "
        "favorite favorites favourited favorited bookmark bookmarks bookmarked 收藏人次 储存 珍藏 典藏"
    ),
    "comments": (
        "响应 response 评 回覆 评论 留言 comment comments commented cmt cmts reply replies 回复 评论人次 回响 "
        "留言人次 发言"
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
    "note statistic=recent": "notes_rate_note_number 发布篇数",
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
    "engagement_per_fan": "粉丝互动率 fan_engagement_rate follower_engagement_rate",
    "engagement": (
        "赞藏评 赞评藏 互动 engagement engagements engage engaged interaction interactions inter interact "
        "interacts interactive interacting engaging 互动过 赞藏评转 互动行为 互动人次 engagement_actions 三连 "
        "有互动"
    ),
    "total_duration": (
        "总时长 观看总时长 总浏览时长 总观看时长 总播放时长 总阅读时长 total_watch_time total_view_time "
        "total_viewing_time total_duration total_watch_duration total_time_spent total_play_time"
    ),
    "duration": (
        "时长 duration durations 停留时间 观看时间 dwell_time 时间长度 停留 停留时长 dwell 看时长 秒数 "
        "length_of_view 耗时"
    ),
    "views duration": (
        "watch_time watchtime view_time viewing_time viewtime reading_time play_time 浏览时间 阅读时间 播放时间 "
        "观看秒数 浏览秒数 阅读秒数 time_spent time_viewed time_watched seconds_viewed seconds_watched "
        "view_seconds watch_seconds read_duration read_time browse_time browsing_time 浏览时间长 browse_seconds "
        "browse_duration browsing_duration browsing_seconds"
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
    "posted status": "发布情况 发布进展 上线情况 发文情况 发布与否 是否已发布 是否发布 是否上线",
    "people posted": "发文人数 发文人 发帖人数 投稿人数 发布人数",
    "finish ratio": "vtr 观看完成率 看完率 播完率",
    "replies": (
        "评论回复 回复评论 评论被回复 comment_replies comment_reply replies_to_comments sub_comments sub_comment"
    ),
}
"""What happened to a note."""

MONEY: dict[str, str] = {
    "price": (
        "裸价 价位 标价 报价 价格 一口价 价 price prices pricing quote quotes quoted quotation 稿费 稿酬 刊例 "
        "asking_price rate_card 刊例价 定价 单篇价 合作价 合作价格 执行价 刊例报价 要价 开价 quotation_price "
        "listed_price fee_quote price_quote going_rate 报价金额 价钱 tariff live_quote live_quotes real_time_quote "
        "real_time_price 固定价 固定报价 fixed_price offer offers offer_price offered_price"
    ),
    "commission": "佣金 commission commissions 返佣",
    "fee": "费用 费 fee fees charge charges 酬金 报酬 酬劳 remuneration honorarium",
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
        "consumed burn spendings actual_spend actual_cost actual_spending actual_consumption"
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
    "format=image price": "image_rate image_post_rate photo_rate photo_post_rate picture_rate image_note_rate",
    "format=video price": "video_rate video_post_rate video_note_rate",
    "scope=paid price": "合作金额 合作总额 合作报价",
}
"""What was asked, spent and paid."""

ADS: dict[str, str] = {
    "unit": ("单元 unit units ad_group adgroup adset ad_set 广告组 推广单元 投放单元 adgroups ad_unit ad_units adunit"),
    "ad": "广告 ad ads advert adverts advertising advertisement 营销 marketing promo_ad",
    "plan": (
        "推广计划 计划 plan plans campaign campaigns 投放计划 广告计划 推广活动 ad_plan ad_plans ad_campaign adplan "
        "campaign_plan 活动"
    ),
    "creative": "创意 creative creatives 广告创意 ad_creative creativity creativities",
    "placement": (
        "位置 广告位置 投放位 投放广告位 推广位 展示位置 ad_position ad_slot ad_slots 投放位置 版位 placement "
        "placements 广告位 ad_placement 推广位置 投放版位 资源位 投放场景 投放渠道 流量位置 流量位 资源位置 展位 "
        "广告展位 场域 展现位置 展示位 placement_type placement_name placement_position ad_location ad_spot "
        "投放资源 投放资源位"
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
    "order id": (
        "订单号 订单编号 order_number order_no order_num order_code order_ref order_reference 订单编码 订单代码 "
        "订单单号 合作单号"
    ),
    "order": "订单 order transaction transactions 合作订单 蒲公英订单 定单",
    "cooperation_name": (
        "合作项目名称 合作项目 项目名称 project_name 合作名称 cooperation_name coop_name collaboration_name "
        "order_name campaign_name_coop 合作标题 合作项目名 合作活动 合作活动名称 项目名 项目标题 项目 合作主题 "
        "collab_name collab_title collaboration_title cooperation_title coop_title partnership_name "
        "cooperation_project collab_project collaboration_project project project_title 活动名称 活动名 合作案 "
        "合作案名称 专案名称 专案 campaign_title campaign_name partnership_title"
    ),
    "logistics cost": "邮费 运费 postage freight",
    "logistics": "物流 快递 shipping delivery courier",
    "finished": "完成 completed complete completion finished finish 完结 结案",
    "huitun": "灰豚 huitun",
    "qiangua": "千瓜 qiangua",
    "pugongying": "蒲公英 pugongying dandelion pgy",
    "juguang": "聚光 juguang",
    "index": "指数 index indices",
    "valid": "有效 合格 valid qualified",
    "message": "私信 消息 message messages msg msgs consult dm dms",
}
"""Advertising."""

OUTCOMES: dict[str, str] = {
    "market": "市场 market markets",
    "channel": "销售渠道 sales_channel 渠道 channel channels",
    "theme": "主题 theme themes",
    "code": (
        "优惠码 折扣码 邀请码 口令 code codes promo_code promo_codes discount_code discount_codes coupon_code "
        "coupon coupons voucher_code voucher vouchers 专属折扣码 专属优惠码 专属码 专属口令"
    ),
    "sessions": (
        "会话 网站会话 网站访问 官网访问 session sessions site_session site_sessions website_session "
        "website_sessions web_session web_sessions"
    ),
    "amount": "金额 amount amounts 总额 额",
    "currency": "币种 货币 currency currencies ccy",
    "invoice id": (
        "发票号码 发票号 账单号 单据号 invoice_number invoice_no invoice_id invoice_num bill_number bill_no"
    ),
    "invoice": "发票 开票 账单 invoice invoices bill bills",
    "tax_id": "gst_number gst_no vat_number vat_no tax_number tax_no 税号 纳税人识别号",
    "tax": "税 税额 税费 增值税 gst vat tax taxes",
    "taxed": "含税 税后 incl_gst incl_tax including_gst including_tax tax_included",
    "untaxed": "不含税 excl_gst ex_gst excluding_gst ex_tax excl_tax 未税",
    "kind": "费用类型 费用项目 项目 cost_type kind kinds",
    "position": "排名 名次 排行 ranking rank ranks",
    "list": "榜单 榜 榜单名称 list_name leaderboard",
    "window": "周期 统计周期 天数 window window_days",
    "nature": "内容性质 性质 scope",
    "order amount": "order_total order_totals order_amount",
    "orders_made": (
        "订单数 订单量 订单总数 成交订单 成交订单数 成交单数 orders order_count orders_count number_of_orders "
        "no_of_orders order_quantity order_volume 成交单量 单量"
    ),
}
"""The client's own figures, its invoices and lists."""
