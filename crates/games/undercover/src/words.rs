//! RULES of `undercover`: the words that are dealt. Each stands in Chinese and English, so that one table can play in both.
//!
//! A good pair shares most hints and parts at some. No word is contained in another one: a test sees to it, because a word must be
//! searchable in what the server sends.

use serde::{Deserialize, Serialize};
use umbra_game::chance::{Chance, IndexedRandom, RngExt};

/// The two words of one match.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// What most seats have.
    pub civilian: String,
    /// What the undercovers have.
    pub undercover: String,
}

impl Words {
    /// Draws a pair, and which of the two is the odd one.
    pub(crate) fn draw(chance: &mut Chance) -> Self {
        // Invariant: the list is a constant and not empty.
        let [one, other] = *PAIRS.choose(chance).expect("there are pairs of words");
        let (civilian, undercover) = if chance.random_bool(0.5) { (one, other) } else { (other, one) };
        Self { civilian: civilian.to_owned(), undercover: undercover.to_owned() }
    }
}

/// Every pair that can be dealt.
pub const PAIRS: [[&str; 2]; 72] = [
    // Food and drink
    ["茶 Tea", "咖啡 Coffee"],
    ["牛奶 Milk", "豆浆 Soy milk"],
    ["可乐 Cola", "汽水 Lemonade"],
    ["啤酒 Beer", "红酒 Red wine"],
    ["包子 Steamed bun", "饺子 Dumpling"],
    ["面条 Noodles", "米粉 Rice noodles"],
    ["汉堡 Hamburger", "三明治 Sandwich"],
    ["蛋糕 Cake", "面包 Bread"],
    ["饼干 Biscuit", "薯片 Crisps"],
    ["巧克力 Chocolate", "糖果 Candy"],
    ["冰淇淋 Ice cream", "酸奶 Yoghurt"],
    ["苹果 Apple", "梨 Pear"],
    ["橙子 Orange", "橘子 Tangerine"],
    ["葡萄 Grape", "蓝莓 Blueberry"],
    ["西瓜 Watermelon", "哈密瓜 Cantaloupe"],
    ["番茄 Tomato", "辣椒 Chilli pepper"],
    ["洋葱 Onion", "大蒜 Garlic"],
    ["火锅 Hot pot", "烧烤 Barbecue"],
    ["早餐 Breakfast", "夜宵 Midnight snack"],
    ["筷子 Chopsticks", "叉子 Fork"],
    // Animals
    ["猫 Cat", "兔子 Rabbit"],
    ["狼 Wolf", "狐狸 Fox"],
    ["狮子 Lion", "老虎 Tiger"],
    ["马 Horse", "骆驼 Camel"],
    ["鸭子 Duck", "鹅 Goose"],
    ["蝴蝶 Butterfly", "蜜蜂 Bee"],
    ["海豚 Dolphin", "鲨鱼 Shark"],
    ["乌龟 Tortoise", "蜗牛 Snail"],
    ["老鹰 Eagle", "猫头鹰 Owl"],
    ["熊猫 Panda", "考拉 Koala"],
    // At home
    ["床 Bed", "沙发 Sofa"],
    ["镜子 Mirror", "窗户 Window"],
    ["牙刷 Toothbrush", "梳子 Comb"],
    ["毛巾 Towel", "毯子 Blanket"],
    ["冰箱 Fridge", "空调 Air conditioner"],
    ["蜡烛 Candle", "手电筒 Torch"],
    ["雨伞 Umbrella", "雨衣 Raincoat"],
    ["眼镜 Glasses", "望远镜 Telescope"],
    ["手表 Watch", "闹钟 Alarm clock"],
    ["钥匙 Key", "密码 Password"],
    // Clothes and looks
    ["帽子 Hat", "围巾 Scarf"],
    ["手套 Gloves", "袜子 Socks"],
    ["裙子 Skirt", "裤子 Trousers"],
    ["口红 Lipstick", "香水 Perfume"],
    ["胡子 Beard", "眉毛 Eyebrows"],
    // On the road
    ["自行车 Bicycle", "摩托车 Motorcycle"],
    ["公交车 Bus", "地铁 Underground"],
    ["飞机 Aeroplane", "直升机 Helicopter"],
    ["轮船 Ship", "潜水艇 Submarine"],
    ["酒店 Hotel", "帐篷 Tent"],
    ["地图 Map", "指南针 Compass"],
    // Work and leisure
    ["钢琴 Piano", "吉他 Guitar"],
    ["足球 Football", "篮球 Basketball"],
    ["乒乓球 Table tennis", "羽毛球 Badminton"],
    ["游泳 Swimming", "滑雪 Skiing"],
    ["象棋 Chess", "扑克 Poker"],
    ["电影 Film", "话剧 Stage play"],
    ["小说 Novel", "日记 Diary"],
    ["铅笔 Pencil", "粉笔 Chalk"],
    ["报纸 Newspaper", "杂志 Magazine"],
    ["医生 Doctor", "护士 Nurse"],
    ["老师 Teacher", "教练 Coach"],
    ["警察 Police officer", "保安 Security guard"],
    ["魔术师 Magician", "小丑 Clown"],
    ["邮件 Email", "短信 Text message"],
    // Nature and feast days
    ["太阳 Sun", "月亮 Moon"],
    ["雪 Snow", "冰雹 Hail"],
    ["河流 River", "湖泊 Lake"],
    ["沙漠 Desert", "海滩 Beach"],
    ["玫瑰 Rose", "郁金香 Tulip"],
    ["生日 Birthday", "婚礼 Wedding"],
    ["烟花 Fireworks", "灯笼 Lantern"],
];
