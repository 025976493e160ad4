import type { errorsEn } from './errors.en.ts';

export const errorsZhTW: typeof errorsEn = {
  'bad-request': {
    title: '伺服器看不懂這個頁面送出的要求',
    text: '請重新載入頁面再試一次。若一再發生，請告訴伺服器的管理者。',
  },
  'version-mismatch': { title: '這個頁面不是最新版', text: '伺服器已更新，請重新載入頁面。' },
  'not-found': { title: '沒有這場會議', text: '請向傳連結給你的人確認，連結可能沒有複製完整。' },
  ended: { title: '會議已經結束', text: '這場會議的金鑰已銷毀。請向主持人索取新的連結。' },
  'passkey-required': {
    title: '請再次確認是你本人',
    text: '這項操作需要在 12 小時內用過通行金鑰。請用通行金鑰登入；如果還沒有，請在帳號裡新增一個。',
  },
  'bad-invitation': {
    title: '這個連結打不開這場會議',
    text: '複製時可能少了一部分，請再要一次完整的連結。',
  },
  'invitation-over': {
    title: '這份邀請已不能再用',
    text: '它已用完、過期或被收回。請向主持人要一份新的。',
  },
  'bad-code': { title: '這不是這場會議的救援碼', text: '請檢查有沒有打錯字；只有最新的救援碼有效。' },
  'not-identified': { title: '這台裝置無法表明身分', text: '請再試一次；若仍不行，請重新載入頁面。' },
  'not-admitted': { title: '你還沒有獲准進入', text: '請再次要求加入，並告訴主持人你在等候。' },
  forbidden: { title: '你的角色不能這麼做', text: '請主持人代為處理，或請主持人調整你的角色。' },
  'sign-in-required': { title: '請先登入', text: '這個網站只讓登入的人這麼做。' },
  'sign-in-failed': {
    title: '登入沒有成功',
    text: '可能逾時，或是在另一個視窗開始的。沒有遺失任何東西，請重新登入。',
  },
  'no-passkey': {
    title: '沒有用到通行金鑰',
    text: '可能取消了，或瀏覽器裡沒有這個網站的通行金鑰。請再試一次。',
  },
  'not-entitled': {
    title: '你的帳號沒有這裡的權限',
    text: '你的身分已確認，但這個帳號不在獲准的群組裡。請換一個帳號，或洽這個網站的管理者。',
  },
  'provider-mismatch': {
    title: '這個網站指定的登入服務和預期不符',
    text: '這個頁面是為特定的身分驗證服務建置的，伺服器卻指定了另一個。沒有建立任何東西，請告訴網站的管理者。',
  },
  'not-allowed-here': {
    title: '這個網站不允許這麼做',
    text: '網站的管理者不開放這種會議，或不開放錄影。請選擇其他類型的會議；需要錄影請洽管理者。',
  },
  'regions-required': {
    title: '這個網站只開放特定地區',
    text: '網站的管理者規定畫面和聲音只能經過特定地區的伺服器，這場會議的規則不符，所以什麼都沒有變更。請重新載入頁面，從列出的地區中選擇，再開新的會議。',
  },
  'network-refused': {
    title: '不能從這個網路使用',
    text: '這個網站只能從特定網路使用，例如辦公室內部或透過 VPN。請連上其中之一，再重新載入。',
  },
  banned: {
    title: '這台裝置被拒於會議之外',
    text: '這是主持人的決定，也只有主持人能解除；如果是誤會，請用其他方式聯絡對方。',
  },
  locked: { title: '會議已鎖定', text: '主持人目前不讓新的人進來。請對方解除鎖定後再試。' },
  'bad-signature': {
    title: '有一個簽章無法驗證',
    text: '無法驗證的內容一律沒有採用。請重新載入頁面再試一次。',
  },
  'epoch-conflict': { title: '有人先一步變更了群組', text: '沒有遺失任何東西，請再試一次。' },
  'group-exists': { title: '會議已經開始', text: '請再試一次，就能加入。' },
  'no-group': { title: '會議還沒開始', text: '請等主持人到場後再試。' },
  'chain-conflict': { title: '另一位主持人先做了變更', text: '請先看看變更的內容，再試一次。' },
  'resync-required': {
    title: '你離線太久了',
    text: '會議仍在進行，金鑰也已更換。請重新加入，不必再經過等候室。',
  },
  'rate-limited': { title: '嘗試太多次了', text: '請等一分鐘再試。' },
  'too-large': { title: '超過會議允許的大小', text: '請改送小一點的內容。' },
  full: { title: '沒有位子了', text: '會議或伺服器已滿，請稍後再試。' },
  'media-unavailable': {
    title: '影音伺服器正在重新啟動',
    text: '聲音和畫面會自行恢復，聊天不受影響。',
  },
  draining: {
    title: '這個網站即將重新啟動',
    text: '在那之前不會開始新的會議，進行中的會議不受影響。請過幾分鐘再試。',
  },
  'no-file': { title: '伺服器上已經沒有這個檔案', text: '檔案只保留一段時間，請傳送的人再傳一次。' },
  replaced: { title: '會議在另一個分頁開著', text: '這台裝置正在那個分頁開會，你可以改回這裡。' },
  'no-report-key': {
    title: '這個網站不收檢舉',
    text: '網站的管理單位沒有公布檢舉用的金鑰。請把檢舉內容存成檔案，用其他方式告訴他們。',
  },
  'region-unavailable': {
    title: '這場會議指定的地區沒有伺服器',
    text: '這場會議的影音只能經過指定地區的伺服器，目前沒有一台連得上，所以什麼都沒有送出。請通知網站的管理單位。',
  },
  unavailable: { title: '伺服器沒有回應', text: '請檢查網路連線，稍後再試一次。' },
};
