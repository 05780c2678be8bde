// Made by scripts/emoji.mjs from emojibase-data 17.0.0 (MIT, see LICENSES.txt), which holds Unicode's data. Do not edit.
export const TABLE = `#Faces
😀 grinning|grinning face
😃 smiley|grinning face with big eyes
😄 smile|grinning face with smiling eyes
😁 grin|beaming face with smiling eyes
😆 laughing satisfied|grinning squinting face
😅 sweat_smile|grinning face with sweat
🤣 rofl|rolling on the floor laughing
😂 joy|face with tears of joy
🙂 slightly_smiling_face
🙃 upside_down_face
🫠 melting_face
😉 wink|winking face
😊 blush|smiling face with smiling eyes
😇 innocent|smiling face with halo
🥰 smiling_face_with_three_hearts|smiling face with hearts
😍 heart_eyes|smiling face with heart-eyes
🤩 star_struck
😘 kissing_heart|face blowing a kiss
😗 kissing|kissing face
☺️ relaxed|smiling face
😚 kissing_closed_eyes|kissing face with closed eyes
😙 kissing_smiling_eyes|kissing face with smiling eyes
🥲 smiling_face_with_tear
😋 yum|face savoring food
😛 stuck_out_tongue|face with tongue
😜 stuck_out_tongue_winking_eye|winking face with tongue
🤪 zany_face
😝 stuck_out_tongue_closed_eyes|squinting face with tongue
🤑 money_mouth_face
🤗 hugs|smiling face with open hands
🤭 hand_over_mouth|face with hand over mouth
🫢 face_with_open_eyes_and_hand_over_mouth
🫣 face_with_peeking_eye
🤫 shushing_face
🤔 thinking|thinking face
🫡 saluting_face
🤐 zipper_mouth_face
🤨 raised_eyebrow|face with raised eyebrow
😐 neutral_face
😑 expressionless|expressionless face
😶 no_mouth|face without mouth
🫥 dotted_line_face
😶‍🌫️ face_in_clouds
😏 smirk|smirking face
😒 unamused|unamused face
🙄 roll_eyes|face with rolling eyes
😬 grimacing|grimacing face
😮‍💨 face_exhaling
🤥 lying_face
🫨 shaking_face
😌 relieved|relieved face
😔 pensive|pensive face
😪 sleepy|sleepy face
🤤 drooling_face
😴 sleeping|sleeping face
😷 mask|face with medical mask
🤒 face_with_thermometer
🤕 face_with_head_bandage
🤢 nauseated_face
🤮 vomiting_face|face vomiting
🤧 sneezing_face
🥵 hot_face
🥶 cold_face
🥴 woozy_face
😵 dizzy_face|face with crossed-out eyes
😵‍💫 face_with_spiral_eyes
🤯 exploding_head
🤠 cowboy_hat_face
🥳 partying_face
🥸 disguised_face
😎 sunglasses|smiling face with sunglasses
🤓 nerd_face
🧐 monocle_face|face with monocle
😕 confused|confused face
🫤 face_with_diagonal_mouth
😟 worried|worried face
🙁 slightly_frowning_face
☹️ frowning_face
😮 open_mouth|face with open mouth
😯 hushed|hushed face
😲 astonished|astonished face
😳 flushed|flushed face
🥺 pleading_face
🥹 face_holding_back_tears
😦 frowning|frowning face with open mouth
😧 anguished|anguished face
😨 fearful|fearful face
😰 cold_sweat|anxious face with sweat
😥 disappointed_relieved|sad but relieved face
😢 cry|crying face
😭 sob|loudly crying face
😱 scream|face screaming in fear
😖 confounded|confounded face
😣 persevere|persevering face
😞 disappointed|disappointed face
😓 sweat|downcast face with sweat
😩 weary|weary face
😫 tired_face
🥱 yawning_face
😤 triumph|face with steam from nose
😡 pout rage|enraged face
😠 angry|angry face
🤬 cursing_face|face with symbols on mouth
😈 smiling_imp|smiling face with horns
👿 imp|angry face with horns
💀 skull
☠️ skull_and_crossbones
💩 hankey poop shit|pile of poo
🤡 clown_face
👹 japanese_ogre|ogre
👺 japanese_goblin|goblin
👻 ghost
👽 alien
👾 space_invader|alien monster
🤖 robot
😺 smiley_cat|grinning cat
😸 smile_cat|grinning cat with smiling eyes
😹 joy_cat|cat with tears of joy
😻 heart_eyes_cat|smiling cat with heart-eyes
😼 smirk_cat|cat with wry smile
😽 kissing_cat
🙀 scream_cat|weary cat
😿 crying_cat_face|crying cat
😾 pouting_cat
🙈 see_no_evil|see-no-evil monkey
🙉 hear_no_evil|hear-no-evil monkey
🙊 speak_no_evil|speak-no-evil monkey
💌 love_letter
💘 cupid|heart with arrow
💝 gift_heart|heart with ribbon
💖 sparkling_heart
💗 heartpulse|growing heart
💓 heartbeat|beating heart
💞 revolving_hearts
💕 two_hearts
💟 heart_decoration
❣️ heavy_heart_exclamation|heart exclamation
💔 broken_heart
❤️‍🔥 heart_on_fire
❤️‍🩹 mending_heart
❤️ heart|red heart
🩷 pink_heart
🧡 orange_heart
💛 yellow_heart
💚 green_heart
💙 blue_heart
🩵 light_blue_heart
💜 purple_heart
🤎 brown_heart
🖤 black_heart
🩶 grey_heart
🤍 white_heart
💋 kiss|kiss mark
💯 100|hundred points
💢 anger|anger symbol
💥 boom collision|collision
💫 dizzy
💦 sweat_drops|sweat droplets
💨 dash|dashing away
🕳️ hole
💬 speech_balloon
👁️‍🗨️ eye_speech_bubble|eye in speech bubble
🗨️ left_speech_bubble
🗯️ right_anger_bubble
💭 thought_balloon
💤 zzz
#People
👋 wave|waving hand
🤚 raised_back_of_hand
🖐️ raised_hand_with_fingers_splayed|hand with fingers splayed
✋ hand raised_hand|raised hand
🖖 vulcan_salute
🫱 rightwards_hand
🫲 leftwards_hand
🫳 palm_down_hand
🫴 palm_up_hand
🫷 leftwards_pushing_hand
🫸 rightwards_pushing_hand
👌 ok_hand
🤌 pinched_fingers
🤏 pinching_hand
✌️ v|victory hand
🤞 crossed_fingers
🫰 hand_with_index_finger_and_thumb_crossed
🤟 love_you_gesture
🤘 metal|sign of the horns
🤙 call_me_hand
👈 point_left|backhand index pointing left
👉 point_right|backhand index pointing right
👆 point_up_2|backhand index pointing up
🖕 fu middle_finger|middle finger
👇 point_down|backhand index pointing down
☝️ point_up|index pointing up
🫵 index_pointing_at_the_viewer
👍 +1 thumbsup|thumbs up
👎 -1 thumbsdown|thumbs down
✊ fist fist_raised|raised fist
👊 facepunch fist_oncoming punch|oncoming fist
🤛 fist_left|left-facing fist
🤜 fist_right|right-facing fist
👏 clap|clapping hands
🙌 raised_hands|raising hands
🫶 heart_hands
👐 open_hands
🤲 palms_up_together
🤝 handshake
🙏 pray|folded hands
✍️ writing_hand
💅 nail_care|nail polish
🤳 selfie
💪 muscle|flexed biceps
🦾 mechanical_arm
🦿 mechanical_leg
🦵 leg
🦶 foot
👂 ear
🦻 ear_with_hearing_aid
👃 nose
🧠 brain
🫀 anatomical_heart
🫁 lungs
🦷 tooth
🦴 bone
👀 eyes
👁️ eye
👅 tongue
👄 lips|mouth
🫦 biting_lip
👶 baby
🧒 child
👦 boy
👧 girl
🧑 adult|person
👱 blond_haired_person|person: blond hair
👨 man
🧔 bearded_person|person: beard
👩 woman
🧑‍🦰 person_red_hair
🧑‍🦱 person_curly_hair
🧑‍🦳 person_white_hair
🧑‍🦲 person_bald
🧓 older_adult|older person
👴 older_man|old man
👵 older_woman|old woman
🙍 frowning_person|person frowning
🙎 pouting_face|person pouting
🙅 no_good|person gesturing no
🙆 ok_person|person gesturing ok
💁 information_desk_person tipping_hand_person|person tipping hand
🙋 raising_hand|person raising hand
🧏 deaf_person
🧏‍♂️ deaf_man
🧏‍♀️ deaf_woman
🙇 bow|person bowing
🤦 facepalm|person facepalming
🤷 shrug|person shrugging
🧑‍⚕️ health_worker
🧑‍🎓 student
🧑‍🏫 teacher
🧑‍⚖️ judge
🧑‍🌾 farmer
🧑‍🍳 cook
🧑‍🔧 mechanic
🧑‍🏭 factory_worker
🧑‍💼 office_worker
🧑‍🔬 scientist
🧑‍💻 technologist
🧑‍🎤 singer
🧑‍🎨 artist
🧑‍✈️ pilot
🧑‍🚀 astronaut
🧑‍🚒 firefighter
👮 cop police_officer|police officer
🕵️ detective
💂 guard
🥷 ninja
👷 construction_worker
🫅 person_with_crown
🤴 prince
👸 princess
👳 person_with_turban|person wearing turban
👲 man_with_gua_pi_mao|person with skullcap
🤵 person_in_tuxedo
👰 person_with_veil
🤰 pregnant_woman
🫃 pregnant_man
🫄 pregnant_person
🤱 breast_feeding
🧑‍🍼 person_feeding_baby
👼 angel|baby angel
🎅 santa|santa claus
🤶 mrs_claus
🧑‍🎄 mx_claus
🦸 superhero
🦹 supervillain
🧙 mage
🧚 fairy
🧛 vampire
🧜 merperson
🧜‍♂️ merman
🧜‍♀️ mermaid
🧝 elf
🧞 genie
🧟 zombie
🧌 troll
💆 massage|person getting massage
💇 haircut|person getting haircut
🚶 walking|person walking
🧍 standing_person|person standing
🧎 kneeling_person|person kneeling
🧑‍🦯 person_with_probing_cane|person with white cane
🧑‍🦼 person_in_motorized_wheelchair
🧑‍🦽 person_in_manual_wheelchair
🏃 runner running|person running
🕴️ business_suit_levitating|person in suit levitating
👯 dancers|people with bunny ears
🧖 sauna_person|person in steamy room
🧗 climbing|person climbing
🤺 person_fencing
🏇 horse_racing
⛷️ skier
🏂 snowboarder
🏌️ golfing|person golfing
🏄 surfer|person surfing
🚣 rowboat|person rowing boat
🏊 swimmer|person swimming
⛹️ bouncing_ball_person|person bouncing ball
🏋️ weight_lifting|person lifting weights
🚴 bicyclist|person biking
🚵 mountain_bicyclist|person mountain biking
🤸 cartwheeling|person cartwheeling
🤼 wrestling|people wrestling
🤽 water_polo|person playing water polo
🤾 handball_person|person playing handball
🤹 juggling_person|person juggling
🧘 lotus_position|person in lotus position
🛀 bath|person taking bath
🛌 sleeping_bed|person in bed
🧑‍🤝‍🧑 people_holding_hands
💏 couplekiss|kiss
👩‍❤️‍💋‍👨 couplekiss_man_woman|kiss: woman, man
👨‍❤️‍💋‍👨 couplekiss_man_man|kiss: man, man
👩‍❤️‍💋‍👩 couplekiss_woman_woman|kiss: woman, woman
💑 couple_with_heart
👩‍❤️‍👨 couple_with_heart_woman_man
👨‍❤️‍👨 couple_with_heart_man_man
👩‍❤️‍👩 couple_with_heart_woman_woman
👨‍👩‍👦 family_man_woman_boy
👨‍👩‍👧 family_man_woman_girl
👨‍👩‍👧‍👦 family_man_woman_girl_boy
👨‍👩‍👦‍👦 family_man_woman_boy_boy
👨‍👩‍👧‍👧 family_man_woman_girl_girl
👨‍👨‍👦 family_man_man_boy
👨‍👨‍👧 family_man_man_girl
👨‍👨‍👧‍👦 family_man_man_girl_boy
👨‍👨‍👦‍👦 family_man_man_boy_boy
👨‍👨‍👧‍👧 family_man_man_girl_girl
👩‍👩‍👦 family_woman_woman_boy
👩‍👩‍👧 family_woman_woman_girl
👩‍👩‍👧‍👦 family_woman_woman_girl_boy
👩‍👩‍👦‍👦 family_woman_woman_boy_boy
👩‍👩‍👧‍👧 family_woman_woman_girl_girl
👨‍👦 family_man_boy
👨‍👦‍👦 family_man_boy_boy
👨‍👧 family_man_girl
👨‍👧‍👦 family_man_girl_boy
👨‍👧‍👧 family_man_girl_girl
👩‍👦 family_woman_boy
👩‍👦‍👦 family_woman_boy_boy
👩‍👧 family_woman_girl
👩‍👧‍👦 family_woman_girl_boy
👩‍👧‍👧 family_woman_girl_girl
🗣️ speaking_head
👤 bust_in_silhouette
👥 busts_in_silhouette
🫂 people_hugging
👪 family
👣 footprints
#Nature
🐵 monkey_face
🐒 monkey
🦍 gorilla
🦧 orangutan
🐶 dog|dog face
🐕 dog2|dog
🦮 guide_dog
🐕‍🦺 service_dog
🐩 poodle
🐺 wolf
🦊 fox_face|fox
🦝 raccoon
🐱 cat|cat face
🐈 cat2|cat
🐈‍⬛ black_cat
🦁 lion
🐯 tiger|tiger face
🐅 tiger2|tiger
🐆 leopard
🐴 horse|horse face
🫎 moose
🫏 donkey
🐎 racehorse|horse
🦄 unicorn
🦓 zebra
🦌 deer
🦬 bison
🐮 cow|cow face
🐂 ox
🐃 water_buffalo
🐄 cow2|cow
🐷 pig|pig face
🐖 pig2|pig
🐗 boar
🐽 pig_nose
🐏 ram
🐑 sheep|ewe
🐐 goat
🐪 dromedary_camel|camel
🐫 camel|two-hump camel
🦙 llama
🦒 giraffe
🐘 elephant
🦣 mammoth
🦏 rhinoceros
🦛 hippopotamus
🐭 mouse|mouse face
🐁 mouse2|mouse
🐀 rat
🐹 hamster
🐰 rabbit|rabbit face
🐇 rabbit2|rabbit
🐿️ chipmunk
🦫 beaver
🦔 hedgehog
🦇 bat
🐻 bear
🐻‍❄️ polar_bear
🐨 koala
🐼 panda_face|panda
🦥 sloth
🦦 otter
🦨 skunk
🦘 kangaroo
🦡 badger
🐾 feet paw_prints|paw prints
🦃 turkey
🐔 chicken
🐓 rooster
🐣 hatching_chick
🐤 baby_chick
🐥 hatched_chick|front-facing baby chick
🐦 bird
🐧 penguin
🕊️ dove
🦅 eagle
🦆 duck
🦢 swan
🦉 owl
🦤 dodo
🪶 feather
🦩 flamingo
🦚 peacock
🦜 parrot
🪽 wing
🐦‍⬛ black_bird
🪿 goose
🐸 frog
🐊 crocodile
🐢 turtle
🦎 lizard
🐍 snake
🐲 dragon_face
🐉 dragon
🦕 sauropod
🦖 t-rex|t-rex
🐳 whale|spouting whale
🐋 whale2|whale
🐬 dolphin flipper
🦭 seal
🐟 fish
🐠 tropical_fish
🐡 blowfish
🦈 shark
🐙 octopus
🐚 shell|spiral shell
🪸 coral
🪼 jellyfish
🦀 crab
🦞 lobster
🦐 shrimp
🦑 squid
🦪 oyster
🐌 snail
🦋 butterfly
🐛 bug
🐜 ant
🐝 bee honeybee|honeybee
🪲 beetle
🐞 lady_beetle
🦗 cricket
🪳 cockroach
🕷️ spider
🕸️ spider_web
🦂 scorpion
🦟 mosquito
🪰 fly
🪱 worm
🦠 microbe
💐 bouquet
🌸 cherry_blossom
💮 white_flower
🪷 lotus
🏵️ rosette
🌹 rose
🥀 wilted_flower
🌺 hibiscus
🌻 sunflower
🌼 blossom
🌷 tulip
🪻 hyacinth
🌱 seedling
🪴 potted_plant
🌲 evergreen_tree
🌳 deciduous_tree
🌴 palm_tree
🌵 cactus
🌾 ear_of_rice|sheaf of rice
🌿 herb
☘️ shamrock
🍀 four_leaf_clover
🍁 maple_leaf
🍂 fallen_leaf
🍃 leaves|leaf fluttering in wind
🪹 empty_nest
🪺 nest_with_eggs
🍄 mushroom
#Food
🍇 grapes
🍈 melon
🍉 watermelon
🍊 mandarin orange tangerine|tangerine
🍋 lemon
🍌 banana
🍍 pineapple
🥭 mango
🍎 apple|red apple
🍏 green_apple
🍐 pear
🍑 peach
🍒 cherries
🍓 strawberry
🫐 blueberries
🥝 kiwi_fruit
🍅 tomato
🫒 olive
🥥 coconut
🥑 avocado
🍆 eggplant
🥔 potato
🥕 carrot
🌽 corn|ear of corn
🌶️ hot_pepper
🫑 bell_pepper
🥒 cucumber
🥬 leafy_green
🥦 broccoli
🧄 garlic
🧅 onion
🥜 peanuts
🫘 beans
🌰 chestnut
🫚 ginger_root
🫛 pea_pod
🍞 bread
🥐 croissant
🥖 baguette_bread
🫓 flatbread
🥨 pretzel
🥯 bagel
🥞 pancakes
🧇 waffle
🧀 cheese|cheese wedge
🍖 meat_on_bone
🍗 poultry_leg
🥩 cut_of_meat
🥓 bacon
🍔 hamburger
🍟 fries|french fries
🍕 pizza
🌭 hotdog|hot dog
🥪 sandwich
🌮 taco
🌯 burrito
🫔 tamale
🥙 stuffed_flatbread
🧆 falafel
🥚 egg
🍳 fried_egg|cooking
🥘 shallow_pan_of_food
🍲 stew|pot of food
🫕 fondue
🥣 bowl_with_spoon
🥗 green_salad
🍿 popcorn
🧈 butter
🧂 salt
🥫 canned_food
🍱 bento|bento box
🍘 rice_cracker
🍙 rice_ball
🍚 rice|cooked rice
🍛 curry|curry rice
🍜 ramen|steaming bowl
🍝 spaghetti
🍠 sweet_potato|roasted sweet potato
🍢 oden
🍣 sushi
🍤 fried_shrimp
🍥 fish_cake|fish cake with swirl
🥮 moon_cake
🍡 dango
🥟 dumpling
🥠 fortune_cookie
🥡 takeout_box
🍦 icecream|soft ice cream
🍧 shaved_ice
🍨 ice_cream
🍩 doughnut
🍪 cookie
🎂 birthday|birthday cake
🍰 cake|shortcake
🧁 cupcake
🥧 pie
🍫 chocolate_bar
🍬 candy
🍭 lollipop
🍮 custard
🍯 honey_pot
🍼 baby_bottle
🥛 milk_glass|glass of milk
☕ coffee|hot beverage
🫖 teapot
🍵 tea|teacup without handle
🍶 sake
🍾 champagne|bottle with popping cork
🍷 wine_glass
🍸 cocktail|cocktail glass
🍹 tropical_drink
🍺 beer|beer mug
🍻 beers|clinking beer mugs
🥂 clinking_glasses
🥃 tumbler_glass
🫗 pouring_liquid
🥤 cup_with_straw
🧋 bubble_tea
🧃 beverage_box
🧉 mate
🧊 ice_cube|ice
🥢 chopsticks
🍽️ plate_with_cutlery|fork and knife with plate
🍴 fork_and_knife
🥄 spoon
🔪 hocho knife|kitchen knife
🫙 jar
🏺 amphora
#Places
🌍 earth_africa|globe showing europe-africa
🌎 earth_americas|globe showing americas
🌏 earth_asia|globe showing asia-australia
🌐 globe_with_meridians
🗺️ world_map
🗾 japan|map of japan
🧭 compass
🏔️ mountain_snow|snow-capped mountain
⛰️ mountain
🌋 volcano
🗻 mount_fuji
🏕️ camping
🏖️ beach_umbrella|beach with umbrella
🏜️ desert
🏝️ desert_island
🏞️ national_park
🏟️ stadium
🏛️ classical_building
🏗️ building_construction
🧱 bricks|brick
🪨 rock
🪵 wood
🛖 hut
🏘️ houses
🏚️ derelict_house
🏠 house
🏡 house_with_garden
🏢 office|office building
🏣 post_office|japanese post office
🏤 european_post_office|post office
🏥 hospital
🏦 bank
🏨 hotel
🏩 love_hotel
🏪 convenience_store
🏫 school
🏬 department_store
🏭 factory
🏯 japanese_castle
🏰 european_castle|castle
💒 wedding
🗼 tokyo_tower
🗽 statue_of_liberty
⛪ church
🕌 mosque
🛕 hindu_temple
🕍 synagogue
⛩️ shinto_shrine
🕋 kaaba
⛲ fountain
⛺ tent
🌁 foggy
🌃 night_with_stars
🏙️ cityscape
🌄 sunrise_over_mountains
🌅 sunrise
🌆 city_sunset|cityscape at dusk
🌇 city_sunrise|sunset
🌉 bridge_at_night
♨️ hotsprings|hot springs
🎠 carousel_horse
🛝 playground_slide
🎡 ferris_wheel
🎢 roller_coaster
💈 barber|barber pole
🎪 circus_tent
🚂 steam_locomotive|locomotive
🚃 railway_car
🚄 bullettrain_side|high-speed train
🚅 bullettrain_front|bullet train
🚆 train2|train
🚇 metro
🚈 light_rail
🚉 station
🚊 tram
🚝 monorail
🚞 mountain_railway
🚋 train|tram car
🚌 bus
🚍 oncoming_bus
🚎 trolleybus
🚐 minibus
🚑 ambulance
🚒 fire_engine
🚓 police_car
🚔 oncoming_police_car
🚕 taxi
🚖 oncoming_taxi
🚗 car red_car|automobile
🚘 oncoming_automobile
🚙 blue_car|sport utility vehicle
🛻 pickup_truck
🚚 truck|delivery truck
🚛 articulated_lorry
🚜 tractor
🏎️ racing_car
🏍️ motorcycle
🛵 motor_scooter
🦽 manual_wheelchair
🦼 motorized_wheelchair
🛺 auto_rickshaw
🚲 bike|bicycle
🛴 kick_scooter
🛹 skateboard
🛼 roller_skate
🚏 busstop|bus stop
🛣️ motorway
🛤️ railway_track
🛢️ oil_drum
⛽ fuelpump|fuel pump
🛞 wheel
🚨 rotating_light|police car light
🚥 traffic_light|horizontal traffic light
🚦 vertical_traffic_light
🛑 stop_sign
🚧 construction
⚓ anchor
🛟 ring_buoy
⛵ boat sailboat|sailboat
🛶 canoe
🚤 speedboat
🛳️ passenger_ship
⛴️ ferry
🛥️ motor_boat
🚢 ship
✈️ airplane
🛩️ small_airplane
🛫 flight_departure|airplane departure
🛬 flight_arrival|airplane arrival
🪂 parachute
💺 seat
🚁 helicopter
🚟 suspension_railway
🚠 mountain_cableway
🚡 aerial_tramway
🛰️ artificial_satellite|satellite
🚀 rocket
🛸 flying_saucer
🛎️ bellhop_bell
🧳 luggage
⌛ hourglass|hourglass done
⏳ hourglass_flowing_sand|hourglass not done
⌚ watch
⏰ alarm_clock
⏱️ stopwatch
⏲️ timer_clock
🕰️ mantelpiece_clock
🕛 clock12|twelve o’clock
🕧 clock1230|twelve-thirty
🕐 clock1|one o’clock
🕜 clock130|one-thirty
🕑 clock2|two o’clock
🕝 clock230|two-thirty
🕒 clock3|three o’clock
🕞 clock330|three-thirty
🕓 clock4|four o’clock
🕟 clock430|four-thirty
🕔 clock5|five o’clock
🕠 clock530|five-thirty
🕕 clock6|six o’clock
🕡 clock630|six-thirty
🕖 clock7|seven o’clock
🕢 clock730|seven-thirty
🕗 clock8|eight o’clock
🕣 clock830|eight-thirty
🕘 clock9|nine o’clock
🕤 clock930|nine-thirty
🕙 clock10|ten o’clock
🕥 clock1030|ten-thirty
🕚 clock11|eleven o’clock
🕦 clock1130|eleven-thirty
🌑 new_moon
🌒 waxing_crescent_moon
🌓 first_quarter_moon
🌔 moon waxing_gibbous_moon|waxing gibbous moon
🌕 full_moon
🌖 waning_gibbous_moon
🌗 last_quarter_moon
🌘 waning_crescent_moon
🌙 crescent_moon
🌚 new_moon_with_face|new moon face
🌛 first_quarter_moon_with_face|first quarter moon face
🌜 last_quarter_moon_with_face|last quarter moon face
🌡️ thermometer
☀️ sunny|sun
🌝 full_moon_with_face|full moon face
🌞 sun_with_face
🪐 ringed_planet
⭐ star
🌟 star2|glowing star
🌠 stars|shooting star
🌌 milky_way
☁️ cloud
⛅ partly_sunny|sun behind cloud
⛈️ cloud_with_lightning_and_rain
🌤️ sun_behind_small_cloud
🌥️ sun_behind_large_cloud
🌦️ sun_behind_rain_cloud
🌧️ cloud_with_rain
🌨️ cloud_with_snow
🌩️ cloud_with_lightning
🌪️ tornado
🌫️ fog
🌬️ wind_face
🌀 cyclone
🌈 rainbow
🌂 closed_umbrella
☂️ open_umbrella|umbrella
☔ umbrella|umbrella with rain drops
⛱️ parasol_on_ground|umbrella on ground
⚡ zap|high voltage
❄️ snowflake
☃️ snowman_with_snow|snowman
⛄ snowman|snowman without snow
☄️ comet
🔥 fire
💧 droplet
🌊 ocean|water wave
#Doing
🎃 jack_o_lantern
🎄 christmas_tree
🎆 fireworks
🎇 sparkler
🧨 firecracker
✨ sparkles
🎈 balloon
🎉 tada|party popper
🎊 confetti_ball
🎋 tanabata_tree
🎍 bamboo|pine decoration
🎎 dolls|japanese dolls
🎏 flags|carp streamer
🎐 wind_chime
🎑 rice_scene|moon viewing ceremony
🧧 red_envelope
🎀 ribbon
🎁 gift|wrapped gift
🎗️ reminder_ribbon
🎟️ tickets|admission tickets
🎫 ticket
🎖️ medal_military|military medal
🏆 trophy
🏅 medal_sports|sports medal
🥇 1st_place_medal
🥈 2nd_place_medal
🥉 3rd_place_medal
⚽ soccer|soccer ball
⚾ baseball
🥎 softball
🏀 basketball
🏐 volleyball
🏈 football|american football
🏉 rugby_football
🎾 tennis
🥏 flying_disc
🎳 bowling
🏏 cricket_game
🏑 field_hockey
🏒 ice_hockey
🥍 lacrosse
🏓 ping_pong
🏸 badminton
🥊 boxing_glove
🥋 martial_arts_uniform
🥅 goal_net
⛳ golf|flag in hole
⛸️ ice_skate
🎣 fishing_pole_and_fish|fishing pole
🤿 diving_mask
🎽 running_shirt_with_sash|running shirt
🎿 ski|skis
🛷 sled
🥌 curling_stone
🎯 dart|bullseye
🪀 yo_yo
🪁 kite
🔫 gun|water pistol
🎱 8ball|pool 8 ball
🔮 crystal_ball
🪄 magic_wand
🎮 video_game
🕹️ joystick
🎰 slot_machine
🎲 game_die
🧩 jigsaw|puzzle piece
🧸 teddy_bear
🪅 pinata
🪩 mirror_ball
🪆 nesting_dolls
♠️ spades|spade suit
♥️ hearts|heart suit
♦️ diamonds|diamond suit
♣️ clubs|club suit
♟️ chess_pawn
🃏 black_joker|joker
🀄 mahjong|mahjong red dragon
🎴 flower_playing_cards
🎭 performing_arts
🖼️ framed_picture
🎨 art|artist palette
🧵 thread
🪡 sewing_needle
🧶 yarn
🪢 knot
#Things
👓 eyeglasses|glasses
🕶️ dark_sunglasses|sunglasses
🥽 goggles
🥼 lab_coat
🦺 safety_vest
👔 necktie
👕 shirt tshirt|t-shirt
👖 jeans
🧣 scarf
🧤 gloves
🧥 coat
🧦 socks
👗 dress
👘 kimono
🥻 sari
🩱 one_piece_swimsuit
🩲 swim_brief|briefs
🩳 shorts
👙 bikini
👚 womans_clothes|woman’s clothes
🪭 folding_hand_fan
👛 purse
👜 handbag
👝 pouch|clutch bag
🛍️ shopping|shopping bags
🎒 school_satchel|backpack
🩴 thong_sandal
👞 mans_shoe shoe|man’s shoe
👟 athletic_shoe|running shoe
🥾 hiking_boot
🥿 flat_shoe
👠 high_heel|high-heeled shoe
👡 sandal|woman’s sandal
🩰 ballet_shoes
👢 boot|woman’s boot
🪮 hair_pick
👑 crown
👒 womans_hat|woman’s hat
🎩 tophat|top hat
🎓 mortar_board|graduation cap
🧢 billed_cap
🪖 military_helmet
⛑️ rescue_worker_helmet|rescue worker’s helmet
📿 prayer_beads
💄 lipstick
💍 ring
💎 gem|gem stone
🔇 mute|muted speaker
🔈 speaker|speaker low volume
🔉 sound|speaker medium volume
🔊 loud_sound|speaker high volume
📢 loudspeaker
📣 mega|megaphone
📯 postal_horn
🔔 bell
🔕 no_bell|bell with slash
🎼 musical_score
🎵 musical_note
🎶 notes|musical notes
🎙️ studio_microphone
🎚️ level_slider
🎛️ control_knobs
🎤 microphone
🎧 headphones|headphone
📻 radio
🎷 saxophone
🎺 trumpet
🪗 accordion
🎸 guitar
🎹 musical_keyboard
🎻 violin
🪕 banjo
🥁 drum
🪘 long_drum
🪇 maracas
🪈 flute
📱 iphone|mobile phone
📲 calling|mobile phone with arrow
☎️ phone telephone|telephone
📞 telephone_receiver
📟 pager
📠 fax|fax machine
🔋 battery
🪫 low_battery
🔌 electric_plug
💻 computer|laptop
🖥️ desktop_computer
🖨️ printer
⌨️ keyboard
🖱️ computer_mouse
🖲️ trackball
💽 minidisc|computer disk
💾 floppy_disk
💿 cd|optical disk
📀 dvd
🧮 abacus
🎥 movie_camera
🎞️ film_strip|film frames
📽️ film_projector
🎬 clapper|clapper board
📺 tv|television
📷 camera
📸 camera_flash|camera with flash
📹 video_camera
📼 vhs|videocassette
🔍 mag|magnifying glass tilted left
🔎 mag_right|magnifying glass tilted right
🕯️ candle
💡 bulb|light bulb
🔦 flashlight
🏮 izakaya_lantern lantern|red paper lantern
🪔 diya_lamp
📔 notebook_with_decorative_cover
📕 closed_book
📖 book open_book|open book
📗 green_book
📘 blue_book
📙 orange_book
📚 books
📓 notebook
📒 ledger
📃 page_with_curl
📜 scroll
📄 page_facing_up
📰 newspaper
🗞️ newspaper_roll|rolled-up newspaper
📑 bookmark_tabs
🔖 bookmark
🏷️ label
🪙 coin
💰 moneybag|money bag
💴 yen|yen banknote
💵 dollar|dollar banknote
💶 euro|euro banknote
💷 pound|pound banknote
💸 money_with_wings
💳 credit_card
🧾 receipt
💹 chart|chart increasing with yen
✉️ envelope
📧 e-mail email|e-mail
📨 incoming_envelope
📩 envelope_with_arrow
📤 outbox_tray
📥 inbox_tray
📦 package
📫 mailbox|closed mailbox with raised flag
📪 mailbox_closed|closed mailbox with lowered flag
📬 mailbox_with_mail|open mailbox with raised flag
📭 mailbox_with_no_mail|open mailbox with lowered flag
📮 postbox
🗳️ ballot_box|ballot box with ballot
✏️ pencil2|pencil
✒️ black_nib
🖋️ fountain_pen
🖊️ pen
🖌️ paintbrush
🖍️ crayon
📝 memo pencil
💼 briefcase
📁 file_folder
📂 open_file_folder
🗂️ card_index_dividers
📅 date|calendar
📆 calendar|tear-off calendar
🗒️ spiral_notepad
🗓️ spiral_calendar
📇 card_index
📈 chart_with_upwards_trend|chart increasing
📉 chart_with_downwards_trend|chart decreasing
📊 bar_chart
📋 clipboard
📌 pushpin
📍 round_pushpin
📎 paperclip
🖇️ paperclips|linked paperclips
📏 straight_ruler
📐 triangular_ruler
✂️ scissors
🗃️ card_file_box
🗄️ file_cabinet
🗑️ wastebasket
🔒 lock|locked
🔓 unlock|unlocked
🔏 lock_with_ink_pen|locked with pen
🔐 closed_lock_with_key|locked with key
🔑 key
🗝️ old_key
🔨 hammer
🪓 axe
⛏️ pick
⚒️ hammer_and_pick
🛠️ hammer_and_wrench
🗡️ dagger
⚔️ crossed_swords
💣 bomb
🪃 boomerang
🏹 bow_and_arrow
🛡️ shield
🪚 carpentry_saw
🔧 wrench
🪛 screwdriver
🔩 nut_and_bolt
⚙️ gear
🗜️ clamp
⚖️ balance_scale
🦯 probing_cane|white cane
🔗 link
⛓️ chains
🪝 hook
🧰 toolbox
🧲 magnet
🪜 ladder
⚗️ alembic
🧪 test_tube
🧫 petri_dish
🧬 dna
🔬 microscope
🔭 telescope
📡 satellite|satellite antenna
💉 syringe
🩸 drop_of_blood
💊 pill
🩹 adhesive_bandage
🩼 crutch
🩺 stethoscope
🩻 x_ray
🚪 door
🛗 elevator
🪞 mirror
🪟 window
🛏️ bed
🛋️ couch_and_lamp
🪑 chair
🚽 toilet
🪠 plunger
🚿 shower
🛁 bathtub
🪤 mouse_trap
🪒 razor
🧴 lotion_bottle
🧷 safety_pin
🧹 broom
🧺 basket
🧻 roll_of_paper
🪣 bucket
🧼 soap
🫧 bubbles
🪥 toothbrush
🧽 sponge
🧯 fire_extinguisher
🛒 shopping_cart
🚬 smoking|cigarette
⚰️ coffin
🪦 headstone
⚱️ funeral_urn
🧿 nazar_amulet
🪬 hamsa
🗿 moyai|moai
🪧 placard
🪪 identification_card
#Signs
🏧 atm|atm sign
🚮 put_litter_in_its_place|litter in bin sign
🚰 potable_water
♿ wheelchair|wheelchair symbol
🚹 mens|men’s room
🚺 womens|women’s room
🚻 restroom
🚼 baby_symbol
🚾 wc|water closet
🛂 passport_control
🛃 customs
🛄 baggage_claim
🛅 left_luggage
⚠️ warning
🚸 children_crossing
⛔ no_entry
🚫 no_entry_sign|prohibited
🚳 no_bicycles
🚭 no_smoking
🚯 do_not_litter|no littering
🚱 non-potable_water|non-potable water
🚷 no_pedestrians
📵 no_mobile_phones
🔞 underage|no one under eighteen
☢️ radioactive
☣️ biohazard
⬆️ arrow_up|up arrow
↗️ arrow_upper_right|up-right arrow
➡️ arrow_right|right arrow
↘️ arrow_lower_right|down-right arrow
⬇️ arrow_down|down arrow
↙️ arrow_lower_left|down-left arrow
⬅️ arrow_left|left arrow
↖️ arrow_upper_left|up-left arrow
↕️ arrow_up_down|up-down arrow
↔️ left_right_arrow
↩️ leftwards_arrow_with_hook|right arrow curving left
↪️ arrow_right_hook|left arrow curving right
⤴️ arrow_heading_up|right arrow curving up
⤵️ arrow_heading_down|right arrow curving down
🔃 arrows_clockwise|clockwise vertical arrows
🔄 arrows_counterclockwise|counterclockwise arrows button
🔙 back|back arrow
🔚 end|end arrow
🔛 on|on! arrow
🔜 soon|soon arrow
🔝 top|top arrow
🛐 place_of_worship
⚛️ atom_symbol
🕉️ om
✡️ star_of_david
☸️ wheel_of_dharma
☯️ yin_yang
✝️ latin_cross
☦️ orthodox_cross
☪️ star_and_crescent
☮️ peace_symbol
🕎 menorah
🔯 six_pointed_star|dotted six-pointed star
🪯 khanda
♈ aries
♉ taurus
♊ gemini
♋ cancer
♌ leo
♍ virgo
♎ libra
♏ scorpius|scorpio
♐ sagittarius
♑ capricorn
♒ aquarius
♓ pisces
⛎ ophiuchus
🔀 twisted_rightwards_arrows|shuffle tracks button
🔁 repeat|repeat button
🔂 repeat_one|repeat single button
▶️ arrow_forward|play button
⏩ fast_forward|fast-forward button
⏭️ next_track_button
⏯️ play_or_pause_button
◀️ arrow_backward|reverse button
⏪ rewind|fast reverse button
⏮️ previous_track_button|last track button
🔼 arrow_up_small|upwards button
⏫ arrow_double_up|fast up button
🔽 arrow_down_small|downwards button
⏬ arrow_double_down|fast down button
⏸️ pause_button
⏹️ stop_button
⏺️ record_button
⏏️ eject_button
🎦 cinema
🔅 low_brightness|dim button
🔆 high_brightness|bright button
📶 signal_strength|antenna bars
🛜 wireless
📳 vibration_mode
📴 mobile_phone_off
♀️ female_sign
♂️ male_sign
⚧️ transgender_symbol
✖️ heavy_multiplication_x|multiply
➕ heavy_plus_sign|plus
➖ heavy_minus_sign|minus
➗ heavy_division_sign|divide
🟰 heavy_equals_sign
♾️ infinity
‼️ bangbang|double exclamation mark
⁉️ interrobang|exclamation question mark
❓ question|red question mark
❔ grey_question|white question mark
❕ grey_exclamation|white exclamation mark
❗ exclamation heavy_exclamation_mark|red exclamation mark
〰️ wavy_dash
💱 currency_exchange
💲 heavy_dollar_sign
⚕️ medical_symbol
♻️ recycle|recycling symbol
⚜️ fleur_de_lis
🔱 trident|trident emblem
📛 name_badge
🔰 beginner|japanese symbol for beginner
⭕ o|hollow red circle
✅ white_check_mark|check mark button
☑️ ballot_box_with_check|check box with check
✔️ heavy_check_mark|check mark
❌ x|cross mark
❎ negative_squared_cross_mark|cross mark button
➰ curly_loop
➿ loop|double curly loop
〽️ part_alternation_mark
✳️ eight_spoked_asterisk
✴️ eight_pointed_black_star|eight-pointed star
❇️ sparkle
©️ copyright
®️ registered
™️ tm|trade mark
#️⃣ hash|keycap: #
*️⃣ asterisk|keycap: *
0️⃣ zero|keycap: 0
1️⃣ one|keycap: 1
2️⃣ two|keycap: 2
3️⃣ three|keycap: 3
4️⃣ four|keycap: 4
5️⃣ five|keycap: 5
6️⃣ six|keycap: 6
7️⃣ seven|keycap: 7
8️⃣ eight|keycap: 8
9️⃣ nine|keycap: 9
🔟 keycap_ten|keycap: 10
🔠 capital_abcd|input latin uppercase
🔡 abcd|input latin lowercase
🔢 1234|input numbers
🔣 symbols|input symbols
🔤 abc|input latin letters
🅰️ a|a button (blood type)
🆎 ab|ab button (blood type)
🅱️ b|b button (blood type)
🆑 cl|cl button
🆒 cool|cool button
🆓 free|free button
ℹ️ information_source|information
🆔 id|id button
Ⓜ️ m|circled m
🆕 new|new button
🆖 ng|ng button
🅾️ o2|o button (blood type)
🆗 ok|ok button
🅿️ parking|p button
🆘 sos|sos button
🆙 up|up! button
🆚 vs|vs button
🈁 koko|japanese “here” button
🈂️ sa|japanese “service charge” button
🈷️ u6708|japanese “monthly amount” button
🈶 u6709|japanese “not free of charge” button
🈯 u6307|japanese “reserved” button
🉐 ideograph_advantage|japanese “bargain” button
🈹 u5272|japanese “discount” button
🈚 u7121|japanese “free of charge” button
🈲 u7981|japanese “prohibited” button
🉑 accept|japanese “acceptable” button
🈸 u7533|japanese “application” button
🈴 u5408|japanese “passing grade” button
🈳 u7a7a|japanese “vacancy” button
㊗️ congratulations|japanese “congratulations” button
㊙️ secret|japanese “secret” button
🈺 u55b6|japanese “open for business” button
🈵 u6e80|japanese “no vacancy” button
🔴 red_circle
🟠 orange_circle
🟡 yellow_circle
🟢 green_circle
🔵 large_blue_circle|blue circle
🟣 purple_circle
🟤 brown_circle
⚫ black_circle
⚪ white_circle
🟥 red_square
🟧 orange_square
🟨 yellow_square
🟩 green_square
🟦 blue_square
🟪 purple_square
🟫 brown_square
⬛ black_large_square
⬜ white_large_square
◼️ black_medium_square
◻️ white_medium_square
◾ black_medium_small_square
◽ white_medium_small_square
▪️ black_small_square
▫️ white_small_square
🔶 large_orange_diamond
🔷 large_blue_diamond
🔸 small_orange_diamond
🔹 small_blue_diamond
🔺 small_red_triangle|red triangle pointed up
🔻 small_red_triangle_down|red triangle pointed down
💠 diamond_shape_with_a_dot_inside|diamond with a dot
🔘 radio_button
🔳 white_square_button
🔲 black_square_button
#Flags
🏁 checkered_flag|chequered flag
🚩 triangular_flag_on_post|triangular flag
🎌 crossed_flags
🏴 black_flag
🏳️ white_flag
🏳️‍🌈 rainbow_flag
🏳️‍⚧️ transgender_flag
🏴‍☠️ pirate_flag
🇦🇨 ascension_island
🇦🇩 andorra
🇦🇪 united_arab_emirates
🇦🇫 afghanistan
🇦🇬 antigua_barbuda
🇦🇮 anguilla
🇦🇱 albania
🇦🇲 armenia
🇦🇴 angola
🇦🇶 antarctica
🇦🇷 argentina
🇦🇸 american_samoa
🇦🇹 austria
🇦🇺 australia
🇦🇼 aruba
🇦🇽 aland_islands
🇦🇿 azerbaijan
🇧🇦 bosnia_herzegovina
🇧🇧 barbados
🇧🇩 bangladesh
🇧🇪 belgium
🇧🇫 burkina_faso
🇧🇬 bulgaria
🇧🇭 bahrain
🇧🇮 burundi
🇧🇯 benin
🇧🇱 st_barthelemy
🇧🇲 bermuda
🇧🇳 brunei
🇧🇴 bolivia
🇧🇶 caribbean_netherlands
🇧🇷 brazil
🇧🇸 bahamas
🇧🇹 bhutan
🇧🇻 bouvet_island
🇧🇼 botswana
🇧🇾 belarus
🇧🇿 belize
🇨🇦 canada
🇨🇨 cocos_islands|cocos (keeling) islands
🇨🇩 congo_kinshasa
🇨🇫 central_african_republic
🇨🇬 congo_brazzaville
🇨🇭 switzerland
🇨🇮 cote_divoire|côte d’ivoire
🇨🇰 cook_islands
🇨🇱 chile
🇨🇲 cameroon
🇨🇳 cn|china
🇨🇴 colombia
🇨🇵 clipperton_island
🇨🇷 costa_rica
🇨🇺 cuba
🇨🇻 cape_verde
🇨🇼 curacao
🇨🇽 christmas_island
🇨🇾 cyprus
🇨🇿 czech_republic|czechia
🇩🇪 de|germany
🇩🇬 diego_garcia
🇩🇯 djibouti
🇩🇰 denmark
🇩🇲 dominica
🇩🇴 dominican_republic
🇩🇿 algeria
🇪🇦 ceuta_melilla
🇪🇨 ecuador
🇪🇪 estonia
🇪🇬 egypt
🇪🇭 western_sahara
🇪🇷 eritrea
🇪🇸 es|spain
🇪🇹 ethiopia
🇪🇺 eu european_union|european union
🇫🇮 finland
🇫🇯 fiji
🇫🇰 falkland_islands
🇫🇲 micronesia
🇫🇴 faroe_islands
🇫🇷 fr|france
🇬🇦 gabon
🇬🇧 gb uk|united kingdom
🇬🇩 grenada
🇬🇪 georgia
🇬🇫 french_guiana
🇬🇬 guernsey
🇬🇭 ghana
🇬🇮 gibraltar
🇬🇱 greenland
🇬🇲 gambia
🇬🇳 guinea
🇬🇵 guadeloupe
🇬🇶 equatorial_guinea
🇬🇷 greece
🇬🇸 south_georgia_south_sandwich_islands
🇬🇹 guatemala
🇬🇺 guam
🇬🇼 guinea_bissau
🇬🇾 guyana
🇭🇰 hong_kong|hong kong sar china
🇭🇲 heard_mcdonald_islands
🇭🇳 honduras
🇭🇷 croatia
🇭🇹 haiti
🇭🇺 hungary
🇮🇨 canary_islands
🇮🇩 indonesia
🇮🇪 ireland
🇮🇱 israel
🇮🇲 isle_of_man
🇮🇳 india
🇮🇴 british_indian_ocean_territory
🇮🇶 iraq
🇮🇷 iran
🇮🇸 iceland
🇮🇹 it|italy
🇯🇪 jersey
🇯🇲 jamaica
🇯🇴 jordan
🇯🇵 jp|japan
🇰🇪 kenya
🇰🇬 kyrgyzstan
🇰🇭 cambodia
🇰🇮 kiribati
🇰🇲 comoros
🇰🇳 st_kitts_nevis
🇰🇵 north_korea
🇰🇷 kr|south korea
🇰🇼 kuwait
🇰🇾 cayman_islands
🇰🇿 kazakhstan
🇱🇦 laos
🇱🇧 lebanon
🇱🇨 st_lucia
🇱🇮 liechtenstein
🇱🇰 sri_lanka
🇱🇷 liberia
🇱🇸 lesotho
🇱🇹 lithuania
🇱🇺 luxembourg
🇱🇻 latvia
🇱🇾 libya
🇲🇦 morocco
🇲🇨 monaco
🇲🇩 moldova
🇲🇪 montenegro
🇲🇫 st_martin
🇲🇬 madagascar
🇲🇭 marshall_islands
🇲🇰 macedonia|north macedonia
🇲🇱 mali
🇲🇲 myanmar|myanmar (burma)
🇲🇳 mongolia
🇲🇴 macau|macao sar china
🇲🇵 northern_mariana_islands
🇲🇶 martinique
🇲🇷 mauritania
🇲🇸 montserrat
🇲🇹 malta
🇲🇺 mauritius
🇲🇻 maldives
🇲🇼 malawi
🇲🇽 mexico
🇲🇾 malaysia
🇲🇿 mozambique
🇳🇦 namibia
🇳🇨 new_caledonia
🇳🇪 niger
🇳🇫 norfolk_island
🇳🇬 nigeria
🇳🇮 nicaragua
🇳🇱 netherlands
🇳🇴 norway
🇳🇵 nepal
🇳🇷 nauru
🇳🇺 niue
🇳🇿 new_zealand
🇴🇲 oman
🇵🇦 panama
🇵🇪 peru
🇵🇫 french_polynesia
🇵🇬 papua_new_guinea
🇵🇭 philippines
🇵🇰 pakistan
🇵🇱 poland
🇵🇲 st_pierre_miquelon
🇵🇳 pitcairn_islands
🇵🇷 puerto_rico
🇵🇸 palestinian_territories
🇵🇹 portugal
🇵🇼 palau
🇵🇾 paraguay
🇶🇦 qatar
🇷🇪 reunion
🇷🇴 romania
🇷🇸 serbia
🇷🇺 ru|russia
🇷🇼 rwanda
🇸🇦 saudi_arabia
🇸🇧 solomon_islands
🇸🇨 seychelles
🇸🇩 sudan
🇸🇪 sweden
🇸🇬 singapore
🇸🇭 st_helena
🇸🇮 slovenia
🇸🇯 svalbard_jan_mayen
🇸🇰 slovakia
🇸🇱 sierra_leone
🇸🇲 san_marino
🇸🇳 senegal
🇸🇴 somalia
🇸🇷 suriname
🇸🇸 south_sudan
🇸🇹 sao_tome_principe
🇸🇻 el_salvador
🇸🇽 sint_maarten
🇸🇾 syria
🇸🇿 swaziland|eswatini
🇹🇦 tristan_da_cunha
🇹🇨 turks_caicos_islands
🇹🇩 chad
🇹🇫 french_southern_territories
🇹🇬 togo
🇹🇭 thailand
🇹🇯 tajikistan
🇹🇰 tokelau
🇹🇱 timor_leste
🇹🇲 turkmenistan
🇹🇳 tunisia
🇹🇴 tonga
🇹🇷 tr|türkiye
🇹🇹 trinidad_tobago
🇹🇻 tuvalu
🇹🇼 taiwan
🇹🇿 tanzania
🇺🇦 ukraine
🇺🇬 uganda
🇺🇲 us_outlying_islands|u.s. outlying islands
🇺🇳 united_nations
🇺🇸 us|united states
🇺🇾 uruguay
🇺🇿 uzbekistan
🇻🇦 vatican_city
🇻🇨 st_vincent_grenadines
🇻🇪 venezuela
🇻🇬 british_virgin_islands
🇻🇮 us_virgin_islands|u.s. virgin islands
🇻🇳 vietnam
🇻🇺 vanuatu
🇼🇫 wallis_futuna
🇼🇸 samoa
🇽🇰 kosovo
🇾🇪 yemen
🇾🇹 mayotte
🇿🇦 south_africa
🇿🇲 zambia
🇿🇼 zimbabwe
🏴󠁧󠁢󠁥󠁮󠁧󠁿 england
🏴󠁧󠁢󠁳󠁣󠁴󠁿 scotland
🏴󠁧󠁢󠁷󠁬󠁳󠁿 wales`;
