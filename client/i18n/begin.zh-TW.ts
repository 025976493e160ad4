import type { beginEn } from './begin.en.ts';

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
      ...(looser > 0 ? [`${looser} 項較\u2060寬\u2060鬆`] : []),
      ...(stricter > 0 ? [`${stricter} 項較\u2060嚴\u2060格或不同`] : []),
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
  regions: '畫面和聲音只經過這些地區的伺服器',
  regionsHelp:
    '每台裝置都依本站管理單位簽署的伺服器清單檢查。一個都不選，就可使用本站任何伺服器。之後不能更改。',
  regionsRule: (regions, chooses) =>
    `本站規定：所有會議的畫面和聲音只經過這些地區的伺服器：${regions}。${chooses ? '可以只選其中幾個；一個都不選，就是全部。' : ''}每台裝置都依本站管理單位簽署的伺服器清單檢查。之後不能更改。`,
  labelHelp: '在每個頁面上顯示給所有人看，例如「內部」。伺服器讀不到。',
  keptHere: '這場會議已放進這台裝置上的清單。',
  notKept: '這個瀏覽器沒有保存這場會議。關閉這個頁面之前，請先把連結存好。',
};
