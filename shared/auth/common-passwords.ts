/**
 * Words that lead every published list of leaked passwords, and those that people of our languages reach for; lower case. They need
 * not be ten letters long: what is built of them (`password2024`, `sakurasakura`) is refused too.
 */
export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(
  `password passw0rd passwort motdepasse contrasena contraseña senha parola wachtwoord haslo passord lozinka
   qwerty qwertz azerty asdfgh zxcvbn qazwsx admin administrator root toor user guest test tester testing demo default
   welcome willkommen bienvenue letmein login logon master access secret secure security changeme change temp temporary
   trustno1 iloveyou ilove loveyou lovely love lover loveme sweet sweetie sweety honey darling baby babygirl babyboy
   princess prince queen king angel angels heaven hello hallo bonjour ciao goodbye monkey dragon tiger lion eagle falcon
   phoenix unicorn panda kitty kitten puppy doggy dog cat horse bear wolf shark dolphin butterfly spider batman superman
   spiderman ironman captain hulk joker naruto sasuke sakura pikachu pokemon digimon mario luigi zelda sonic minecraft
   fortnite roblox warcraft starwars starwars skywalker yoda matrix hobbit gandalf merlin wizard magic potter harry
   football baseball basketball soccer hockey tennis golf rugby cricket volleyball liverpool chelsea arsenal barcelona
   realmadrid juventus milan manchester united yankees lakers cowboys steelers eagles packers raiders patriots
   summer winter spring autumn january february march april june july august september october november december
   monday tuesday wednesday thursday friday saturday sunday sunshine rainbow flower flowers rose lily daisy jasmine
   orange banana apple cherry strawberry peach lemon chocolate cookie cookies candy sugar coffee pepper ginger cheese
   pizza burger chicken whiskey vodka tequila corona
   michael jennifer jessica ashley daniel andrew joshua matthew robert thomas william richard charles joseph david
   james john maria anna laura nicole michelle amanda melissa stephanie elizabeth samantha hannah sophie emma olivia
   charlie george jordan hunter taylor maggie buster bailey shadow lucky oscar rocky bandit gizmo
   computer internet google facebook youtube twitter instagram linkedin microsoft windows apple samsung nokia sony
   android iphone macbook dell lenovo intel cisco oracle mysql server database network system
   freedom liberty america american canada london paris berlin tokyo japan china india brazil mexico texas california
   florida chicago boston newyork losangeles scotland ireland england france germany italia espana russia
   jesus christ jesuschrist god godisgood blessed faith believe grace church bible
   money dollar million rich casino poker lucky winner winning success
   killer hacker ninja samurai warrior soldier sniper ranger hunter assassin vampire zombie demon devil satan
   mustang camaro corvette ferrari porsche mercedes toyota honda nissan yamaha suzuki harley ducati
   metallica nirvana slipknot eminem beatles queen guitar music rockstar
   whatever nothing something anything forever always never family friends friend mother father sister brother
   mommy daddy mama papa grandma
   fuckyou fuckoff asshole bitch pussy sexy hottie
   abc123 abcd1234 a1b2c3 aa123456 q1w2e3 1q2w3e zaq12wsx
   correcthorsebatterystaple thisismypassword mypassword yourpassword newpassword nopassword password1 letmein1
   tomoshibi tomosibi companion
   pasuwado pasuwaado himitsu ohayou ohayo konnichiwa konbanwa arigatou arigato sayonara daisuki aishiteru aishiteiru
   suki sukidayo kawaii kakkoii oniichan oneechan oniisan oneesan okaasan otousan tomodachi nakama
   sakura himawari ajisai momiji yuki yukiko hanako tarou taro jirou kenji kenta takashi hiroshi hiroki daisuke
   yuuta yuta shota shouta ryota kazuya tatsuya naoki yusuke yuuki haruka misaki ayumi megumi akiko keiko yoko
   satoshi makoto takeshi tanaka suzuki satou sato takahashi watanabe yamamoto nakamura kobayashi kato yoshida
   nihon nippon tokyo toukyou osaka kyoto nagoya sapporo fukuoka yokohama hokkaido okinawa fujisan
   doraemon anpanman totoro pikachu onepiece dragonball gundam evangelion conan luffy goku
   neko nekochan inu wanwan usagi kuma tanuki kitsune
   sushi ramen onigiri mochi takoyaki natto
   パスワード ひみつ さくら だいすき`
    .split(/\s+/)
    .filter((word) => word !== ''),
);
