import type { captionsEn } from './captions.en.ts';

export const captionsZhTW: typeof captionsEn = {
  title: '字幕',
  by: (captioner) => `字幕員${captioner}`,
  show: '在畫面下方顯示字幕',
  size: '字級',
  sizes: { normal: '一般', large: '大', largest: '最大' },
  write: '輸入字幕',
  line: '正在說的話',
  lineHelp: '按 Enter 送出這一行，按向上鍵可修改上一行。',
  correcting: '正在修改上一行，按 Esc 維持原樣。',
  lineSend: '送出',
  who: '字幕由主持人授權的人輸入（主持人、協同主持人、講者），或由發言者自己的裝置產生。',
  own: '為我說的話加字幕',
  ownText: '瀏覽器在這台裝置上把你的話轉成文字，聲音不會因此傳到別處。',
  ownNo: '這個瀏覽器無法只在這台裝置上把語音轉成文字，所以沒有開啟，以免別處聽到你的聲音。',
  ownLanguage: '這個瀏覽器在這台裝置上沒有這個語言的語音辨識，Sealroom 不會改用別處的服務。',
  ownFailed: '這台裝置上的語音辨識停止了，請再開啟一次。',
  ownMuted: '麥克風開啟時才會產生字幕。',
  transcript: '逐字稿',
  empty: '你進來之後還沒有字幕。',
  save: '儲存逐字稿',
};
