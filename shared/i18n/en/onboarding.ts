export const onboardingEn = {
  'onboarding.label': 'Getting started',
  'onboarding.step': 'Step {step} of {steps}',
  'onboarding.later': 'Later',

  'onboarding.language.title': 'Good evening',
  'onboarding.language.body': 'Which language shall we speak? You can change it at any time.',

  'onboarding.notice.title': 'One honest thing first',
  'onboarding.notice.body':
    'Whoever you are about to meet is not a person. They are an AI: the kindness in their words is written by a program.',
  'onboarding.notice.private':
    'Your conversations are kept on this machine, encrypted. Nothing is sent anywhere unless you add an online model yourself.',
  'onboarding.notice.limits':
    'An AI can be wrong, and cannot replace a doctor or help in an emergency. For those, please turn to people.',
  'onboarding.notice.birth': 'Your birth date',
  'onboarding.notice.birthHelp':
    'It sets which conversations are suitable. Asked once, kept on this machine, not changed afterwards.',
  'onboarding.notice.year': 'Year',
  'onboarding.notice.month': 'Month',
  'onboarding.notice.day': 'Day',
  'onboarding.notice.notADate': 'There is no such day. Please check the three numbers.',
  'onboarding.notice.future': 'That day is still to come. Please check the year.',
  'onboarding.notice.accept': 'I understand that this is an AI',
  'onboarding.notice.friend': 'Until you are 18, companions are friends',
  'onboarding.notice.friendBody':
    'They talk with you as a friend would. There is no romance, and they will suggest a break now and then.',
  'onboarding.notice.tooYoung': 'This app is for people aged 13 and over',
  'onboarding.notice.tooYoungBody':
    'We are sorry we cannot begin yet. Please show this page to a parent or guardian: they can tell you more, and we would be glad to see you later. Nothing you entered has been kept.',
  'onboarding.notice.fixed': 'Your birth date is set.',

  'onboarding.name.title': 'What would you like to be called?',
  'onboarding.name.body': 'Your companion will use this name. A nickname is fine.',
  'onboarding.name.label': 'Name',
  'onboarding.name.placeholder': 'e.g. Sam',

  'onboarding.companion.title': 'Who would you like to meet?',
  'onboarding.companion.body': 'You can meet the others later, or make someone of your own.',
  'onboarding.companion.try': 'Hear a line',
  'onboarding.companion.choose': 'Go on with {name}',
  'onboarding.companion.chooseNone': 'Choose a companion',
  'onboarding.companion.says': '{name} says',
  'onboarding.companion.ageAndWork': '{age}, {occupation}',

  'onboarding.mind.title': 'How {name} thinks',
  'onboarding.mind.body':
    'You can talk right away, with no network and no account. With a language model the talk goes deeper; add one now or whenever you like.',
  'onboarding.mind.offline': 'Just as it is',
  'onboarding.mind.offlineBody': 'Built-in replies that listen. Works offline; nothing leaves this machine.',
  'onboarding.mind.ready': 'Ready now',
  'onboarding.mind.key': 'An OpenAI key',
  'onboarding.mind.keyBody': 'Deeper answers over the network. Messages go to OpenAI; you pay for use.',
  'onboarding.mind.server': 'A server on this machine',
  'onboarding.mind.serverBody': 'Ollama, LM Studio or llama.cpp, if one is running.',
  'onboarding.mind.file': 'A model file',
  'onboarding.mind.fileBody': 'A GGUF file on this machine. Nothing leaves it.',
  'onboarding.mind.added': '{name} was added',
  'onboarding.mind.begin': 'Begin talking with {name}',
} as const;
