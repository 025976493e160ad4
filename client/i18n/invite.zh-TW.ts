import type { beginEn, inviteEn, meetingsEn } from './invite.en.ts';

export const beginZhTW: typeof beginEn = {
  adjust: '調整規則',
  editPreset: '編輯這個範本',
  deletePreset: '刪除範本',
  deleteTitle: (name) => `要刪除範本「${name}」嗎？`,
  deleteText: '用它開過的會議不受影響。接下來要開的會議仍沿用它的規則。',
  asSet: '照你的設定',
  summary: (base, looser, stricter) => {
    if (looser + stricter === 0) return `與「${base}」相同。`;
    const parts = [
      ...(looser > 0 ? [`${looser} 項較寬鬆`] : []),
      ...(stricter > 0 ? [`${stricter} 項較嚴格或不同`] : []),
    ];
    return `以「${base}」為基礎，更改了規則：${parts.join('、')}。`;
  },
  withLabel: (rules, label) => `${rules}機密等級：${label}。`,
  lostTitle: '讀不到你上一場會議的規則',
  lostText: '這個瀏覽器不保存資料，或保存的資料已損壞。系統不會替你決定：請選擇誰可以進來。',
  chooseFirst: '請先選擇誰可以進來。',
  presetUnreadable: '你有一個範本讀不到',
  presetUnreadableText: '它已損壞，或是由其他版本的頁面建立的，不會拿來使用。請重新建立，再把這個刪除。',
  notSaved: '這個瀏覽器無法保存，什麼都沒有存下來。',
  adjustTitle: '會議規則',
  editTitle: (name) => `「${name}」的規則`,
  comparedTo: (base) => `與「${base}」相比`,
  noChanges: '沒有不同。',
  presetName: '範本名稱',
  presetNameHelp: '下次可以再用同樣的規則。保存在這台裝置上。',
  presetNameMissing: '請先取個名稱。',
  savePreset: '儲存範本',
  saveAsPreset: '存成範本',
  useOnce: '用於這場會議',
  more: '名稱、通關密語及其他',
  title: '會議名稱（選填）',
  titleHelp: '用在你的會議清單和邀請裡，只留在這台裝置上。',
  label: '機密等級（選填）',
  labelHelp: '在每個頁面上顯示給所有人看，例如「內部」。伺服器讀不到。',
  keptHere: '已加入這台裝置上的會議清單。',
  notKept: '這個瀏覽器沒有保存。關閉這個頁面之前，請先把連結存好。',
};

export const inviteZhTW: typeof inviteEn = {
  passphrase: '需要通關密語',
  passphraseText: '只拿到連結的人，打不開會議。',
  passphraseNew: '通關密語',
  passphraseHelp: (least) =>
    `至少 ${least} 個字元，用幾個詞組成最好。請用與連結不同的方式告知，例如電話或當面說。`,
  passphraseAgain: '再輸入一次',
  passphraseShort: (least) => `請至少輸入 ${least} 個字元。`,
  passphraseDiffers: '兩次輸入的不一樣。',
  passphraseSuggest: '幫我想一個',
  passphraseCopy: '複製通關密語',
  passphraseApart: '還需要通關密語。請用與連結不同的方式告知。',
  qr: 'QR 碼',
  qrTitle: '連結的 QR 碼',
  qrFull: '全螢幕',
  qrAlt: (name) => `通往${name}的 QR 碼`,
  qrText: '拍下它的人就有了連結。請只給可以參加的人看。',
  thisMeeting: '這場會議',
  copyText: '複製邀請文字',
  text: {
    untitled: '邀請你參加一場會議。',
    titled: (title) => `邀請你參加：${title}`,
    when: (when) => `時間：${when}`,
    how: '在電腦或手機上，用新版的瀏覽器開啟連結，輸入名字即可。不需要帳號，也不用安裝 App。',
    passphrase: '開啟時需要通關密語，會另外告訴你。如果沒有收到，請詢問邀請你的人。',
    once: '這個連結是你專用的：第一台用它進來的裝置才有效。',
    until: (when) => `可使用到 ${when}。`,
    safe: '連結裡有會議的金鑰。請不要轉傳，也不要公開張貼。',
  },
};

export const meetingsZhTW: typeof meetingsEn = {
  fromTo: (from, to) => `${from} 到 ${to}`,
  repeating: (first, rhythm, times) => `${first}，${rhythm}，共 ${times} 次`,
  rhythms: {
    day: '每天',
    weekday: '每個上班日',
    week: '每週',
    fortnight: '每兩週',
  },
};
