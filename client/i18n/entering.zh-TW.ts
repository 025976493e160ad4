import type { enteringEn } from './entering.en.ts';

/** 進入與離開會議。 */
export const enteringZhTW: typeof enteringEn = {
  passphrase: {
    title: '這個連結需要通關密語',
    text: '密語會另外交給你；如果沒有收到，請詢問傳連結給你的人。它不會離開這台裝置。',
    label: '通關密語',
    open: '開啟會議',
    busy: '正在核對密語',
    wrong: '這個密語打不開會議。請檢查後再試一次。',
  },
  prejoin: {
    title: '準備好加入了嗎？',
    titleHost: '準備好開始了嗎？',
    name: '你的名稱',
    nameHelp: '會議裡的人看得到，伺服器看不到。',
    nameMissing: '請輸入要讓別人看到的名稱。',
    message: '給主持人的話（選填）',
    messageHelp: '讓主持人知道你是誰。',
    hostStarts: '你是主持人，你一進去會議就開始。',
    hostJoins: '你是這場會議的主持人，可以直接進去。',
    lobbyNext: '主持人看到你的名稱後，決定是否讓你進來。在那之前，沒有人看得到或聽得到你。',
    lobbyNotStarted: '會議還沒開始。請稍候，等主持人到了讓你進來。',
    openNext: '你會直接進入會議。',
    openSeen: '鏡頭和麥克風開著時，別人就看得到、聽得到你。',
    openFirst: '現在還沒有人。你一進去會議就開始。',
    join: '立即加入',
    start: '開始會議',
    ask: '要求加入',
    preview: '你的鏡頭預覽',
    cameraOff: '你的鏡頭關著',
    protects: '這場會議的鏡頭畫面、聲音、分享的畫面、聊天和名稱都已封緘，只有會議裡的人打得開。',
    withoutBoth: '你加入時，鏡頭和麥克風都是關的。你看得到、聽得到別人，也可以打字。',
    withoutMicrophone: '你加入時，麥克風是關的。別人看得到你，但聽不到你。',
    withoutCamera: '你加入時，鏡頭是關的。別人聽得到你，但看不到你。',
  },
  devices: {
    microphone: '麥克風',
    camera: '鏡頭',
    speaker: '喇叭',
    unnamed: (n) => `裝置 ${n}`,
    kinds: { both: '鏡頭和麥克風', camera: '鏡頭', microphone: '麥克風' },
    starting: (what) => `正在等候你的${what}。瀏覽器詢問時，請選「允許」。`,
    help: {
      both: {
        denied: {
          title: '瀏覽器不讓這個頁面使用鏡頭和麥克風',
          text: '沒有鏡頭和麥克風也可以繼續。要允許使用，請這樣做：',
        },
        'no-device': {
          title: '找不到鏡頭，也找不到麥克風',
          text: '接上後再試一次，或直接繼續：你還是看得到、聽得到，也能打字。',
        },
        'in-use': {
          title: '鏡頭和麥克風正被其他程式使用',
          text: '請關閉那個程式再試一次，或不開鏡頭和麥克風直接繼續。',
        },
      },
      camera: {
        denied: {
          title: '瀏覽器不讓這個頁面使用鏡頭',
          text: '沒有鏡頭也可以繼續。要允許使用，請這樣做：',
        },
        'no-device': {
          title: '找不到鏡頭',
          text: '接上後再試一次，或直接繼續。',
        },
        'in-use': {
          title: '鏡頭正被其他程式使用',
          text: '請關閉那個程式再試一次，或不開鏡頭直接繼續。',
        },
      },
      microphone: {
        denied: {
          title: '瀏覽器不讓這個頁面使用麥克風',
          text: '沒有麥克風也可以繼續。要允許使用，請這樣做：',
        },
        'no-device': {
          title: '找不到麥克風',
          text: '接上後再試一次，或直接繼續。',
        },
        'in-use': {
          title: '麥克風正被其他程式使用',
          text: '請關閉那個程式再試一次，或不開麥克風直接繼續。',
        },
      },
    },
    steps: {
      chromium: (what) => [
        '點網址左邊的圖示。',
        `開啟${what}。`,
        '按「再試一次」。如果沒有變化，請到系統的隱私權設定允許瀏覽器使用。',
      ],
      firefox: (what) => [
        '點網址旁打了叉的圖示。',
        `取消${what}的「已封鎖」。`,
        '按「再試一次」，然後選「允許」。',
      ],
      safari: (what) => [
        '在「Safari」選單選「這個網站的設定」。',
        `把${what}設為「允許」。`,
        '按「再試一次」。',
      ],
      ios: (what) => ['點網址旁的圖示，再點「網站設定」。', `把${what}設為「允許」。`, '按「再試一次」。'],
      android: (what) => ['點網址左邊的圖示，再點「權限」。', `允許${what}。`, '按「再試一次」。'],
    },
    retry: '再試一次',
    on: '開',
    off: '關',
    testSound: '測試聲音',
    playing: '正在播放三個音',
    played: '沒聽到嗎？請換一個喇叭，或調高音量。',
    playFailed: '聲音播不出來，請換一個喇叭。',
  },
  waiting: {
    title: '等候主持人讓你進來',
    attended: '已經通知主持人你在這裡。',
    unattended: '主持人還沒到。請留在這個頁面，主持人一到就會知道你在等候。',
    locked: '會議已鎖定。請留在這一頁：現在只有主持人能讓你進來。',
    position: (n) => (n === 1 ? '下一位就是你。' : `你排在第 ${n} 位。`),
    private: '現在還沒有人看得到或聽得到你。',
    leave: '離開等候室',
  },
  joining: {
    title: '正在封緘會議',
    text: '你的裝置正和其他人的裝置協商新的金鑰。',
  },
  outcome: {
    removed: { title: '你被請出會議了', text: '這是主持人的決定。你可以再次要求加入。' },
    removedBanned: {
      title: '你被請出會議了',
      text: '主持人請你離開，並且不再讓這台裝置進入。只有主持人能解除；如果是誤會，請用其他方式聯絡對方。',
    },
    denied: { title: '主持人沒有讓你進來', text: '如果你覺得是誤會，請直接聯絡主持人。' },
    deniedBanned: {
      title: '這台裝置被拒於會議之外',
      text: '這是主持人的決定，也只有主持人能解除；如果是誤會，請用其他方式聯絡對方。',
    },
    ruledOut: {
      verified: {
        title: '只開放已驗證的同仁',
        text: '這場會議只讓機關確認過身分的人進入。請用機關帳號登入（若是前幾天登入的，請再登入一次），登入後會回到這裡。沒有帳號的話，請洽主持人。',
      },
      invited: {
        title: '只開放同仁和指名的來賓',
        text: '你用的是共用連結。請用機關帳號登入，登入後會回到這裡；或請主持人給你一份專屬邀請。',
      },
    },
    hostGone: { title: '會議先告一段落', text: '主持人沒有及時回來。等主持人再開會，原連結仍可使用。' },
    ended: {
      title: '會議結束了',
      text: '主持人已為所有人結束會議。金鑰已銷毀，伺服器傳送過的內容再也打不開；各人自己存下的檔案仍在各自的裝置上。',
    },
    endedByOperator: {
      title: '本站的管理者結束了會議',
      text: '會議不是由主持人結束，而是由管理本站的人為所有人結束的。他們看不到也聽不到會議內容。原連結已經失效；如果不清楚原因，請詢問管理者。',
    },
    endedByUnknown: {
      title: '會議結束了',
      text: '會議已由主持人或本站管理者為所有人結束。請向主持人索取新的連結。',
    },
    left: { title: '你已離開會議', text: '還在會議裡的人會換掉金鑰。只要會議還在進行，你隨時可以回來。' },
    replaced: { title: '會議在另一個分頁開著', text: '這台裝置在那裡加入了會議，你可以改回這個分頁。' },
    askAgain: '再次要求加入',
    joinAgain: '重新加入',
    takeOver: '改在這裡開會',
    newMeeting: '開另一場會議',
    badLink: {
      malformed: {
        title: '連結不完整',
        text: '連結少了一部分，多半是複製時被截斷。請再要一次完整的連結，包括 # 後面的所有內容。',
      },
      'wrong-host': {
        title: '連結與會議不符',
        text: '伺服器給出的會議，不是你連結裡那位主持人開的。你沒有加入，也沒有送出任何東西。請告訴傳連結給你的人。',
      },
      'unknown-meeting': {
        title: '沒有這場會議',
        text: '會議可能已刪除，或連結複製有誤。請向傳連結給你的人確認。',
      },
      'unknown-invitation': {
        title: '這個連結打不開這場會議',
        text: '連結裡的金鑰不屬於任何一份邀請，可能在複製時變了樣。請再要一次連結。',
      },
      revoked: { title: '這份邀請已被收回', text: '主持人已更換或取消它。請向傳給你的人要一份新的。' },
      expired: { title: '這份邀請已過期', text: '它只在限定時間內有效。請向傳給你的人要一份新的。' },
      used: {
        title: '這份邀請已經用過',
        text: '它能讓幾台裝置加入是有限的，名額已滿。如果這是給你的邀請，請告訴主持人：可能有別人拿到了。',
      },
    },
    unsupported: {
      'insecure-context': {
        title: '這個頁面不是以安全連線開啟',
        text: '瀏覽器只在 https 開頭的網址上允許使用鏡頭和加密。請改開 https 網址，或詢問伺服器的管理者。',
      },
      'no-webrtc': {
        title: '這個瀏覽器不能視訊通話',
        text: '它沒有 WebRTC，或被關閉了。請改用新版的 Chrome、Edge、Firefox 或 Safari，或請資訊人員開放。',
      },
      'no-encoded-transform': {
        title: '這個瀏覽器無法封緘影音',
        text: '它的版本太舊，不能在裝置上加密畫面和聲音，而 Sealroom 絕不送出沒有封好的影音。請更新，或改用新版的 Chrome、Edge、Firefox 或 Safari。',
      },
    },
  },
};
