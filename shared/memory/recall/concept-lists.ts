/**
 * What everyday words have to do with each other, in both languages. Plain data of our own: `asked words : words that answer`
 * for kinds of things, and words that mean nearly the same.
 */

export const KINDS = `
country nation abroad overseas 国 外国 海外 : japan china korea taiwan india thailand vietnam singapore indonesia philippines australia zealand canada america usa mexico brazil peru argentina england britain uk scotland ireland france germany italy spain portugal greece turkey egypt morocco kenya russia poland sweden norway finland denmark iceland netherlands belgium switzerland austria hungary 日本 中国 韓国 台湾 インド タイ ベトナム シンガポール オーストラリア カナダ アメリカ メキシコ ブラジル イギリス フランス ドイツ イタリア スペイン ポルトガル ギリシャ トルコ エジプト ロシア スウェーデン ノルウェー フィンランド オランダ スイス ハワイ
city town place destination area location geography 街 町 都市 場所 都道府県 県 地方 : tokyo kyoto osaka seoul beijing shanghai taipei bangkok hanoi delhi mumbai sydney melbourne london paris berlin munich rome milan venice florence madrid barcelona lisbon amsterdam vienna prague budapest dublin edinburgh york angeles francisco chicago boston seattle miami vegas washington toronto vancouver montreal hawaii california florida texas alaska 東京 京都 大阪 名古屋 札幌 仙台 横浜 神戸 福岡 広島 金沢 長野 沖縄 北海道 奈良 鎌倉 箱根 日光 熊本 長崎 鹿児島 新潟 静岡 青森 岩手 秋田 山形 福島 千葉 埼玉 神奈川 岐阜 三重 滋賀 兵庫 岡山 愛媛 高知 香川 徳島 大分 宮崎 石川 富山 福井 山梨 群馬 栃木 茨城 ロンドン パリ ニューヨーク ソウル 台北 beach coast mountain lake island park museum castle village downtown countryside
state region province : california florida texas alaska hawaii oregon washington nevada arizona colorado utah montana michigan minnesota wisconsin illinois indiana ohio georgia virginia carolina tennessee louisiana pennsylvania jersey connecticut massachusetts vermont maine york
travel trip journey tour vacation visit 旅行 旅 出張 : flight airport hotel passport luggage suitcase itinerary sightseeing roadtrip backpacking cruise abroad beach resort 飛行機 空港 ホテル 旅館 温泉 観光 新幹線 パスポート 荷物 宿 ツアー 帰省
sport exercise workout athletic fitness スポーツ 運動 部活 : soccer football basketball baseball tennis volleyball badminton golf rugby hockey swim run jog marathon cycle climb boulder ski snowboard skate surf yoga pilates gym boxing karate judo kendo dance hike weightlifting gymnastics wrestling archery bowling table サッカー 野球 テニス バスケ バスケットボール バレーボール バドミントン ゴルフ ラグビー 水泳 プール ランニング ジョギング マラソン ヨガ ジム 筋トレ ボクシング 空手 柔道 剣道 卓球 スキー スノボ スケート サーフィン 登山 ボルダリング 散歩 弓道 陸上
hobby interest activity pastime leisure fun relax unwind destress 趣味 楽しみ 息抜き 休日 休み : read paint draw cook bake garden knit sew crochet photography camera fish hike camp game chess puzzle guitar piano violin sing dance pottery ceramics write poetry blog collect yoga surf climb run cycle swim karaoke origami calligraphy birdwatching woodworking 読書 料理 絵 写真 カメラ 釣り 園芸 編み物 裁縫 刺繍 キャンプ ゲーム 将棋 囲碁 ギター ピアノ カラオケ 書道 陶芸 映画 散歩 登山 サウナ 手芸 プラモデル 折り紙 俳句 短歌 茶道 ハイキング ガーデニング
outdoor outside nature アウトドア 屋外 自然 : hike camp climb surf fish kayak canoe picnic mountaineering trail park beach forest mountain lake river sunset waterfall cycle garden キャンプ 登山 釣り ハイキング ピクニック 川 海 山 森 湖 公園 花見
music musician band artist song genre concert instrument 音楽 楽器 曲 歌 バンド : guitar piano violin cello drum bass flute clarinet saxophone trumpet ukulele harp sing singer album jazz rock pop classical blues folk reggae hip metal orchestra choir lyric melody tune playlist vinyl festival perform gig ギター ピアノ バイオリン チェロ ドラム ベース フルート クラリネット サックス トランペット ウクレレ 琴 三味線 ジャズ ロック クラシック オーケストラ 合唱 ライブ コンサート フェス アルバム 歌手 演歌 カラオケ
pet animal ペット 動物 生き物 : dog cat rabbit hamster bird parrot parakeet fish goldfish turtle tortoise snake lizard gecko guinea ferret horse pony cow goat sheep pig chicken duck hedgehog 犬 猫 うさぎ ウサギ ハムスター 鳥 インコ 文鳥 金魚 メダカ 亀 カメ トカゲ ハリネズミ 馬 柴犬 プードル チワワ 三毛猫 子犬 子猫 保護猫 ニワトリ 熱帯魚
food dish meal eat dinner lunch breakfast cuisine cook 食べ物 料理 食事 夕飯 夕食 昼飯 昼食 朝飯 朝食 食べ ごはん 好物 : pizza pasta spaghetti noodle ramen sushi curry rice bread sandwich burger steak chicken beef pork fish salmon shrimp soup salad taco burrito egg cheese tofu vegetable bean potato tomato mushroom roast grill barbecue dumpling pancake waffle cereal lasagna stew ラーメン うどん そば 蕎麦 寿司 カレー オムライス ハンバーグ 唐揚げ からあげ 天ぷら とんかつ 焼肉 焼き鳥 餃子 パスタ ピザ パン おにぎり 味噌汁 鍋 おでん 卵 豆腐 納豆 肉 魚 鮭 野菜 サラダ スープ シチュー グラタン 弁当 牛丼 親子丼 たこ焼き お好み焼き 煮物
dessert sweet snack treat bake recipe おやつ お菓子 スイーツ 甘い デザート : cake cookie chocolate icecream ice cream pie tart pudding brownie muffin cupcake donut candy pastry croissant cheesecake scone macaron waffle ケーキ クッキー チョコ チョコレート アイス プリン ゼリー パフェ タルト マカロン ドーナツ 大福 団子 羊羹 どら焼き たい焼き 饅頭 せんべい 和菓子 シュークリーム モンブラン カステラ パンケーキ
drink beverage 飲み物 飲 酒 お酒 : coffee tea latte espresso juice water milk beer wine whisky whiskey sake cocktail soda lemonade smoothie cocoa matcha 珈琲 コーヒー 紅茶 緑茶 抹茶 麦茶 お茶 牛乳 ジュース ビール ワイン 日本酒 焼酎 ウイスキー 梅酒 ココア カフェラテ
fruit vegetable 果物 野菜 : apple banana orange grape strawberry blueberry peach pear melon watermelon mango cherry lemon tomato carrot onion potato cabbage lettuce spinach cucumber pumpkin 林檎 バナナ 蜜柑 ぶどう いちご 苺 桃 梨 メロン スイカ マンゴー さくらんぼ レモン トマト にんじん 玉ねぎ じゃがいも キャベツ きゅうり ナス かぼちゃ ほうれん草
allergy allergic health sick ill condition doctor injury symptom アレルギー 体調 健康 病気 怪我 症状 : hospital clinic surgery medicine pill fever flu cough headache migraine asthma pollen peanut shellfish lactose gluten dairy diabetes pain ankle knee back sprain broken fracture insomnia anxiety diet 病院 手術 薬 風邪 熱 咳 頭痛 喘息 花粉症 腰痛 骨折 捻挫 虫歯 歯医者 腰 膝 肩 検査 入院 血圧 胃 眠れ 不眠 貧血 そば 卵 甲殻類
family relative 家族 親戚 : mother father parent brother sister son daughter husband wife grandmother grandfather uncle aunt cousin nephew niece child baby twin sibling inlaw 母 父 親 兄 弟 姉 妹 息子 娘 夫 妻 祖母 祖父 叔父 叔母 いとこ 甥 姪 子供 赤ちゃん 旦那 嫁 奥さん 両親 双子 孫
job work career occupation profession employ living 仕事 職業 職 勤め 働 就職 転職 会社 バイト : teacher nurse doctor engineer programmer designer writer chef waiter manager lawyer accountant artist musician photographer student intern counselor therapist scientist researcher librarian barista driver pilot salesperson clerk freelance office company shop bank school hospital startup business boss colleague coworker salary 教師 先生 看護師 医者 医師 エンジニア プログラマー デザイナー 作家 シェフ 店員 弁護士 会計士 写真家 研究者 司書 保育士 美容師 公務員 営業 会社 会社員 事務 バイト アルバイト 工場 銀行 上司 同僚 部長 課長 給料 面接 正社員 派遣 フリーランス 図書館 薬剤師 介護士
study school education major subject degree learn 勉強 学校 専攻 科目 学 大学 : university college class course exam test math mathematics physics chemistry biology history literature law medicine economics psychology philosophy computer language english french spanish german chinese japanese korean professor thesis graduate semester scholarship certificate 高校 授業 講義 試験 受験 数学 物理 化学 生物 歴史 文学 法学 医学 経済 心理 英語 中国語 韓国語 フランス語 ドイツ語 スペイン語 教授 論文 卒業 ゼミ 資格 留学 簿記 英検 漢検 TOEIC
language speak 言語 外国語 言葉 : english french spanish german italian chinese mandarin japanese korean portuguese russian arabic 英語 中国語 韓国語 フランス語 ドイツ語 スペイン語 イタリア語 ロシア語
book author novel read literature series 本 小説 作家 読書 読 著者 : novelist fantasy mystery thriller biography memoir poetry poem chapter trilogy bestseller library bookstore story fiction manga comic magazine potter tolkien ミステリー 推理 漫画 文庫 短編 長編 詩集 図書館 書店 本屋 エッセイ 物語 SF
movie film watch show series 映画 ドラマ アニメ 番組 見 観 : cinema theater comedy drama thriller horror romance documentary anime cartoon episode season director actor actress netflix trilogy sequel scifi screening 映画館 監督 俳優 女優 ホラー コメディ 恋愛 ドキュメンタリー 上映 配信 シリーズ
game ゲーム : chess console nintendo playstation xbox rpg strategy puzzle board card tournament multiplayer zelda mario pokemon minecraft 将棋 囲碁 麻雀 ボードゲーム ポケモン マリオ ゼルダ スイッチ オセロ トランプ クイズ
vehicle transport commute car travel 乗り物 通勤 通学 車 移動 : bus train bicycle motorcycle scooter taxi subway truck van drive toyota honda ford prius ferry plane 電車 バス 自転車 バイク 地下鉄 タクシー 運転 免許 新幹線 徒歩 軽自動車 飛行機
color colour 色 : red blue green yellow purple pink black white orange brown gray grey silver gold beige navy turquoise teal 赤 青 緑 黄 黄色 紫 ピンク 黒 白 オレンジ 茶色 灰色 銀 金 水色 紺 ベージュ
weather 天気 天候 : rain snow sun wind storm cloud thunder typhoon fog hot cold humid 雨 雪 晴れ 曇り 台風 風 雷 嵐 梅雨 暑 寒 霧 虹
season time year 季節 : spring summer autumn fall winter 春 夏 秋 冬
clothes clothing wear outfit fashion dress 服 服装 着 洋服 ファッション : shirt tshirt jacket coat sweater hoodie jeans skirt shoe sneaker boot hat scarf glove kimono yukata suit tie necklace ring bracelet earring shirt シャツ ジャケット コート セーター パーカー ジーンズ スカート ワンピース 靴 帽子 マフラー 手袋 着物 浴衣 スーツ ネクタイ 指輪 ネックレス ピアス
gift present give receive プレゼント 贈り物 もらっ あげ お土産 土産 : necklace ring flower bouquet book watch perfume scarf card voucher toy chocolate cake mug birthday christmas 花束 花 時計 指輪 香水 マフラー 手紙 カード 財布 お守り マグカップ 誕生日
plant garden flower 植物 花 庭 : rose tulip sunflower lily orchid daisy cactus succulent herb basil mint lavender tree seed tomato 薔薇 バラ チューリップ ひまわり 向日葵 百合 桜 梅 紫陽花 あじさい 朝顔 サボテン ハーブ バジル ミント ラベンダー 盆栽 種 苗
house home live apartment room move 家 住 住まい 部屋 引っ越 実家 : flat condo dorm rent landlord mortgage kitchen bedroom balcony garden neighborhood roommate 家賃 大家 マンション アパート 寮 団地 一軒家 台所 寝室 ベランダ 間取り 同居 一人暮らし 隣
feel feeling emotion mood 気持ち 感情 気分 : happy sad angry scared nervous anxious excited proud grateful thankful relieved lonely stressed overwhelmed disappointed frustrated jealous embarrassed calm peaceful inspired upset worry joy 嬉 悲 怒 怖 不安 緊張 楽 誇り 感謝 安心 寂 辛 落ち込 悔し 恥ずかし 心配 幸せ イライラ ストレス 泣
problem trouble challenge difficulty struggle obstacle worry concern setback fear 問題 悩み 困 苦労 心配 怖 苦手 : hard tough difficult stress injury fail lose argue debt break accident delay scare nervous anxious afraid spider height dark 大変 辛 失敗 喧嘩 事故 借金 遅刻 忘れ 壊 不安 高所 虫 暗
plan goal dream future hope want 計画 目標 夢 予定 将来 希望 : will going hope wish aim intend apply start open launch move marry travel study save 行きたい やりたい つもり 始め 開 目指 貯金 受け 申し込
event celebration festival ceremony holiday party 行事 イベント 祭り 式 記念 祝 パーティー : wedding birthday anniversary graduation christmas halloween thanksgiving easter parade concert fair conference exhibition fundraiser charity race tournament reunion picnic barbecue 結婚式 誕生日 記念日 卒業式 入学式 成人式 クリスマス ハロウィン 正月 夏祭り 花火 花見 文化祭 体育祭 運動会 同窓会 展覧会 忘年会 歓迎会
volunteer charity cause help community ボランティア 寄付 : shelter donate donation fundraiser homeless veteran animal foodbank orphanage cleanup campaign nonprofit mentor tutor toy drive 募金 保護 清掃 支援 炊き出し 献血
pain loss death die pass grief 死 亡く 別れ : funeral grave heaven cemetery mourn memorial passed lost 葬式 葬儀 墓 命日 法事 他界 お別れ
love relationship partner date romantic marriage 恋人 恋愛 付き合 結婚 : boyfriend girlfriend husband wife fiance engaged wedding propose anniversary honeymoon breakup divorce ex crush 彼氏 彼女 夫 妻 旦那 婚約 プロポーズ 記念日 失恋 別れ 離婚 片思い デート
friend friendship 友達 仲間 : bestie roommate classmate colleague coworker neighbor buddy teammate childhood 親友 幼なじみ 同級生 同僚 先輩 後輩 クラスメート
money cost price pay expensive 値段 お金 金額 費用 いくら : dollar euro yen pound cheap budget salary rent save loan debt bill fee 円 万 安 高 貯金 給料 家賃 借金 予算
computer device gadget phone technology 機械 家電 パソコン : laptop tablet smartphone iphone android camera headphone keyboard monitor printer drone app software ノートパソコン タブレット スマホ 携帯 カメラ イヤホン キーボード アプリ 掃除機 洗濯機 冷蔵庫
art artwork craft create make 芸術 アート 作品 作 : paint painting draw drawing sketch sculpture pottery ceramics watercolor canvas mural photograph gallery exhibit museum clay bowl abstract portrait landscape knit quilt 絵 絵画 彫刻 陶芸 水彩 油絵 展覧会 美術館 粘土 刺繍 版画 イラスト 編み物
time clock early late schedule sleep wake routine habit 時間 時刻 習慣 日課 朝 夜 : morning evening night noon midnight oclock alarm daily weekly every 早起き 夜更かし 毎日 毎朝 毎晩 毎週 寝 起き 時半 目覚まし
religion belief faith spirit 宗教 信仰 : church temple mosque shrine pray prayer bible god buddhist christian muslim meditation 神社 寺 教会 祈 お参り 仏教
achievement award success win 成功 受賞 賞 優勝 合格 : trophy medal prize champion first promotion graduate accept publish record scholarship certificate won goal 金賞 表彰 メダル 一位 昇進 卒業 採用 内定 達成
`;

export const SAME = `
start begin launch open found establish commence 始め 開始 スタート
end finish complete conclude 終わ 終了 完了 済
quit resign stop leave retire 辞め 退職 やめ 退社
buy purchase order acquire shop 買 購入 注文
make create craft build produce 作 製作 手作り
child kid son daughter baby toddler 子供 息子 娘 赤ちゃん
mother mom parent 母
father dad parent 父
sibling brother sister 兄弟 姉妹 兄 弟 姉 妹
husband spouse partner wife marry married wedding 夫 妻 旦那 嫁 奥さん 結婚 主人
boyfriend girlfriend partner dating 彼氏 彼女 恋人
friend buddy pal bestie 友達 親友
job work career occupation profession employment 仕事 職業 勤務 勤め 働
boss manager supervisor 上司 部長 課長
colleague coworker workmate teammate 同僚
company firm business startup 会社 職場 勤務先
fire layoff dismiss 解雇 首 クビ リストラ
house home apartment place flat 家 住まい マンション アパート 部屋
live reside stay 住 暮ら 居住
move relocate 引っ越 移住 転居
travel trip journey tour vacation holiday visit 旅行 旅 観光
car vehicle automobile drive 車 自動車 愛車
sick ill unwell disease 病気 体調 具合
hurt injure injury wound pain sprain break 怪我 痛 骨折 捻挫
doctor physician hospital clinic 医者 病院 医師 先生
happy glad joy delighted pleased 嬉 幸せ 喜
sad unhappy upset down depressed 悲 落ち込 辛
angry mad furious annoyed 怒 腹 イライラ
afraid scared fear frightened terrified 怖 恐 苦手
worry anxious nervous stress concern 心配 不安 緊張
tired exhausted fatigue 疲 へとへと くたくた
like love enjoy favourite fond prefer passion 好 お気に入り 推し
hate dislike detest 嫌 苦手 無理
study learn research practice 勉強 習 学 練習
exam test quiz 試験 テスト 検定
pass succeed accept 合格 受か 通
fail lose reject 落ち 不合格 失敗 負け
win victory champion beat 優勝 勝 勝利
school university college campus 学校 大学 高校
teacher instructor professor coach mentor 先生 教師 教授 講師
food meal dish cuisine 食べ物 料理 食事
cook bake prepare recipe 料理 自炊 レシピ 焼
eat dine 食べ 食
drink sip 飲
restaurant cafe diner 店 レストラン 食堂 カフェ 喫茶店
film cinema show 映画 ドラマ
book novel story 本 小説
picture photo image painting drawing 写真 絵 画像
song music tune track 曲 歌 音楽
concert gig show performance perform ライブ コンサート 公演
exercise workout gym train fitness 運動 筋トレ ジム
dog pup hound 犬 子犬
cat kitten 猫 子猫
pet animal ペット 動物
name call named nickname 名前 名 呼
birthday born birth age old 誕生日 生まれ 歳 才
die death pass funeral 死 亡く 他界 葬式
gift present souvenir プレゼント 贈り物 土産
money cash fund finance budget お金 貯金 費用
save saving deposit 貯金 貯め
phone mobile smartphone cell 携帯 電話 スマホ
email message letter text メール 手紙 連絡
meet encounter 会 出会
talk chat speak discuss conversation 話 会話 相談
fight argue quarrel argument conflict 喧嘩 口論 揉め
apologize sorry reconcile 謝 仲直り
promise vow commit 約束 誓
plan intend schedule 計画 予定 つもり
goal dream aim ambition aspire 目標 夢 目指
hope wish want desire 希望 願 欲し
decide choose select pick decision choice 決め 選
advice suggest recommend tip 助言 おすすめ お勧め 勧め アドバイス
help support assist aid encourage 助け 手伝 支え 応援
volunteer charity donate shelter ボランティア 寄付
join participate attend 参加 出席 入
club group team circle 部 サークル クラブ チーム
race marathon run jog マラソン 走 ランニング
hike trek trail mountain climb 登山 山 ハイキング
beach sea ocean coast shore 海 浜 海岸 海辺
forest woods nature 森 林 自然
rain storm wet 雨 大雨
hobby interest pastime 趣味
collect collection 集め コレクション 収集
paint draw art artwork sketch 絵 描
photograph photography camera 写真 カメラ 撮
dance dancer danc 踊 ダンス
sing singer choir 歌 合唱
instrument guitar piano violin 楽器
garden plant grow flower 園芸 庭 植え 育て
clothes outfit dress wear clothing 服 着 洋服
sleep nap bed insomnia 寝 眠 睡眠
wake morning early 起き 早起き 朝
habit routine daily 習慣 日課 毎日
break broken repair fix damage 壊 修理 故障 直
lose lost missing misplace 無く 失く なくし 落とし 紛失
find found discover 見つ 発見
allergy allergic アレルギー
medicine drug pill treatment 薬 治療
religious faith church spiritual 宗教 信仰 教会
adopt adoption foster 養子 里親 引き取
pregnant pregnancy expecting 妊娠 出産
divorce separate breakup 離婚 別れ
celebrate party celebration 祝 お祝い パーティー
graduate graduation degree diploma 卒業
promotion promoted raise 昇進 出世 昇格
interview apply application 面接 応募 申し込
language foreign english 言語 語学 外国語
hometown native grew origin 出身 地元 故郷 実家
money debt loan mortgage 借金 ローン
cold freeze chilly 寒 冷
hot warm heat 暑 熱
big large huge great 大き でか
small tiny little 小さ
near close nearby 近
inspire motivate influence encourage 影響 励 きっかけ
reason why cause because 理由 原因 訳
important significant meaningful special 大事 大切 特別
remind memory reminder recall 思い出 記憶
proud achievement accomplish accomplishment 誇 達成
shop store boutique market 店 お店
`;
