import type { releaseEn } from './release.en.ts';

export const releaseZhTW: typeof releaseEn = {
  updateTitle: '這個網頁有新版本',
  updateText: '在你同意之前，這個瀏覽器會繼續使用現有的版本。更新不會遺失你的任何資料。',
  versions: (from, to) => `版本 ${to} 將取代版本 ${from}。`,
  signed: (when) => `簽署於 ${when}，簽署金鑰的指紋：`,
  selfBuilt: '由這台伺服器自行建置，沒有任何人簽署。請向管理者確認網頁是否有更新。內容摘要：',
  update: '使用新版本',
  later: '以後再說',
  updating: '正在取得新版本…',
  updateFailed: '新版本沒有完整送達，所以什麼都沒有變更。請稍後再試。',
  unlistedTitle: '伺服器不再說明這個網頁由哪些檔案組成',
  unlistedText:
    '這樣一來，瀏覽器就無法檢查網頁。除非你知道原因（例如這是開發者的電腦），否則請不要略過檢查。',
  unlistedGo: '略過檢查，繼續使用',
  refusedTitle: '伺服器送來不一樣的網頁，瀏覽器已拒絕使用',
  refused: {
    'other-key': '簽署它的人，和你一直使用的網頁不同。',
    'not-signed': '你一直使用的網頁有簽署，這一份卻沒有。',
    'bad-signature': '它的簽章不正確：簽署之後內容遭到更動。',
    older: '它比你一直使用的網頁還舊。',
  },
  refusedText: '你一直使用的網頁仍在這個瀏覽器裡，沒有改變。請先告知本站的管理者，再決定是否信任新的內容。',
  refusedGo: '繼續使用原本的網頁',
  alteredTitle: '網頁遭到更動，所以沒有啟動',
  alteredText:
    '其中一部分和公布的內容不同：可能在伺服器上或傳送途中遭人修改。你的資料都沒有送出。請告知本站的管理者，並提供這個檔名：',
  guardTitle: '伺服器試圖更換保護這個網頁的程式',
  guardText:
    '瀏覽器認可的版本都沒有要求這麼做，所以網頁已經停止。請關閉網頁，並在再次開啟之前告知本站的管理者。',
  brokenTitle: '網頁沒有完整載入',
  brokenText: '有些部分沒有送達。請檢查網路連線，再重新載入。',
  again: '重新載入',
};
