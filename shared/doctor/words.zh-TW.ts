import type { DatabaseRefusal, FindingWords, Found, MediaPlace } from './finding.ts';

const says = (name: string, says: string, fix: string | null = null): FindingWords => ({ name, says, fix });

const refusals: Readonly<Record<DatabaseRefusal, string>> = {
  password: 'PostgreSQL 拒絕這組密碼',
  user: 'PostgreSQL 拒絕這個使用者',
  missing: 'PostgreSQL 裡沒有這個名稱的資料庫',
  rights: 'PostgreSQL 給這個使用者的權限不足',
  other: '無法使用 PostgreSQL',
};
const refusalFixes: Readonly<Record<DatabaseRefusal, string>> = {
  password: '請更正 SEALROOM_DATABASE_URL 裡的使用者與密碼。',
  user: '請在 PostgreSQL 的 pg_hba.conf 放行這個使用者，或更正 SEALROOM_DATABASE_URL。',
  missing: '請用 createdb 建立，或更正 SEALROOM_DATABASE_URL。',
  rights: '請讓這個使用者成為資料庫的擁有者。',
  other: '請查看 PostgreSQL 的紀錄與 SEALROOM_DATABASE_URL。',
};

/** A finding of the doctor's in Chinese as used in Taiwan. */
export function findingZhTW(found: Found): FindingWords {
  switch (found.code) {
    case 'folder-ready':
      return says('資料夾', `${found.folder} 可以寫入`);
    case 'folder-new':
      return says('資料夾', `將會建立 ${found.folder}`);
    case 'folder-closed':
      return says('資料夾', `${found.folder} 無法寫入`, '請給這個使用者寫入權限，或設定 SEALROOM_DATA。');

    case 'disk-free':
    case 'disk-low':
      return says(
        '磁碟',
        `${found.folder} 還有 ${found.gib.toFixed(1)} GiB 可用`,
        found.code === 'disk-free'
          ? null
          : '請騰出空間、把資料夾移到別處（SEALROOM_DATA），或調低 SEALROOM_FILES_TOTAL。',
      );

    case 'database-new':
      return says('資料庫', '第一次啟動時會建立');
    case 'database-whole':
      return says('資料庫', '完整無損');
    case 'database-damaged':
    case 'database-closed':
      return says(
        '資料庫',
        `${found.code === 'database-damaged' ? '已損壞' : '無法開啟'}：${found.reason}`,
        '請停止伺服器，並還原最新的資料夾備份。',
      );
    case 'postgres-answers':
      return says('資料庫', 'PostgreSQL 有回應');
    case 'postgres-silent':
      return says(
        '資料庫',
        'PostgreSQL 沒有回應',
        '請啟動 PostgreSQL，或更正 SEALROOM_DATABASE_URL 裡的主機與連接埠。',
      );
    case 'postgres-refuses':
      return says('資料庫', `${refusals[found.why]}（${found.reason}）`, refusalFixes[found.why]);

    case 'redis-answers':
      return says('Redis', '有回應');
    case 'redis-forgets':
      return says(
        'Redis',
        `有回應，但空間用滿時會丟棄資料（maxmemory-policy ${found.policy}）`,
        '請設定 maxmemory-policy noeviction：會議的日誌不能遺失。',
      );
    case 'redis-silent':
      return says('Redis', `沒有回應：${found.reason}`, '請啟動 Redis，或更正 SEALROOM_REDIS_URL。');

    case 'page-built':
      return says('網頁', '已建置');
    case 'page-unbuilt':
      return says('網頁', '尚未建置', 'npm start 會建置，或執行 npm run build。');

    case 'port-ours':
      return says('網頁連接埠', `Sealroom 在 ${found.url} 有回應`);
    case 'port-free':
      return says('網頁連接埠', `${found.port} 可以使用`);
    case 'port-in-use':
      return says('網頁連接埠', `${found.port} 使用中；如果 Sealroom 正在執行，就是它`);
    case 'port-taken':
      return says(
        '網頁連接埠',
        `無法在 ${found.host} 的連接埠 ${found.port} 接受連線：${found.reason}`,
        '請停止另一個程式，或設定 SEALROOM_PORT 或 SEALROOM_HOST。',
      );

    case 'certificate-valid':
      return says('憑證', `還有 ${found.days} 天有效`);
    case 'certificate-ends':
      return says('憑證', `${found.days} 天後到期`, '請更新憑證，並設定自動更新。');
    case 'certificate-expired':
      return says('憑證', `已過期 ${found.days} 天`, '請更新憑證。');
    case 'certificate-other-name':
      return says('憑證', `不是發給 ${found.host} 的`, '請取得該名稱的憑證，或更正 SEALROOM_PUBLIC_URL。');
    case 'certificate-not-taken-up':
      return says(
        '憑證',
        '執行中的伺服器出示的，和檔案裡的不是同一張',
        '請對它送出 SIGHUP（systemctl reload），並查看它的紀錄。',
      );
    case 'certificate-foreign-key':
    case 'certificate-unusable': {
      const problem =
        found.code === 'certificate-foreign-key' ? '金鑰不屬於這張憑證' : `檔案無法使用：${found.reason}`;
      return says(
        '憑證',
        `${problem}${found.still ? '；伺服器繼續使用先前的憑證' : ''}`,
        '請把 SEALROOM_TLS_CERT 與 SEALROOM_TLS_KEY 設為憑證鏈與其金鑰的 PEM 檔案。',
      );
    }

    case 'address-answers':
      return says('公開網址', `Sealroom 在 ${found.url} 有回應，WebSocket 也可用`);
    case 'address-unset':
      return says(
        '公開網址',
        '尚未設定：其他電腦上的人需要 HTTPS',
        '請把 SEALROOM_PUBLIC_URL 設為 https:// 網址，可經由代理伺服器，或使用 SEALROOM_TLS_CERT。',
      );
    case 'address-plain':
      return says(
        '公開網址',
        `${found.url} 不是 HTTPS：瀏覽器不會開放攝影機`,
        '請使用 https://，參閱 README 的「Over the internet」。',
      );
    case 'address-unknown':
      return says(
        '公開網址',
        `查不到 ${found.host} 的位址`,
        '請為它建立 DNS 紀錄，或更正 SEALROOM_PUBLIC_URL。',
      );
    case 'address-no-socket':
      return says(
        '公開網址',
        `${found.url} 無法開啟 WebSocket：大家會停在「正在查詢會議」，或等很久`,
        `請讓代理伺服器轉送 ${found.path} 的升級要求與 Host 標頭；SEALROOM_PUBLIC_URL 必須是大家開啟的網址。`,
      );
    case 'address-stopped':
      return says('公開網址', '伺服器沒有在執行，因此那裡沒有回應', '請先啟動，再檢查一次。');
    case 'address-silent':
    case 'address-another':
      return says(
        '公開網址',
        found.code === 'address-silent' ? `${found.url} 沒有回應` : `在 ${found.url} 回應的不是 Sealroom`,
        '請查看代理伺服器、防火牆與憑證。',
      );

    case 'provider-answers':
      return says('身分提供者', `${found.issuer} 有回應，共 ${found.keys} 把金鑰`);
    case 'provider-none':
      return says('身分提供者', '沒有：主持人用 npm run hosts:invite 的連結登入');
    case 'provider-silent':
      return says(
        '身分提供者',
        `${found.issuer} 沒有以這個名稱的身分提供者回應`,
        '請在這台機器上開啟它的 /.well-known/openid-configuration；SEALROOM_OIDC_ISSUER 必須與其中的 issuer 完全相同。',
      );

    case 'clock-right':
      return says('時鐘', `與身分提供者相差 ${found.seconds} 秒`);
    case 'clock-off':
      return says(
        '時鐘',
        `與身分提供者相差 ${found.seconds} 秒：登入與憑證會失敗`,
        '請用 NTP 校時：timedatectl set-ntp true。',
      );
    case 'clock-kept':
      return says('時鐘', '由 NTP 校時');
    case 'clock-unkept':
      return says('時鐘', '這台機器上似乎沒有校時的程式', '請用 NTP 校時：timedatectl set-ntp true。');

    case 'buffers-large':
      return says('核心緩衝區', '足以應付許多串流');
    case 'buffers-small': {
      const commands = found.settings.map((name) => `sysctl -w net.core.${name}=${found.bytes}`);
      return says(
        '核心緩衝區',
        `${found.settings.join('、')} 低於 ${found.bytes.toLocaleString('zh-TW')} 位元組：許多人同時傳送時會遺失封包`,
        `請以 root 執行：${commands.join(' && ')}；並把同樣的設定寫入 /etc/sysctl.d/60-sealroom.conf。`,
      );
    }
    case 'buffers-unread':
      return says(
        '核心緩衝區',
        '在這裡無法讀取',
        '在 Linux 上請查看 net.core.rmem_max 與 net.core.wmem_max。',
      );

    case 'media-address':
      return says('影音位址', found.addresses.join('、'));
    case 'media-address-translated':
      return says(
        '影音位址',
        `${found.addresses.join('、')}：TURN 伺服器看到這台機器的位址是 ${found.seen}，中間有轉換位址的路由器`,
        `如果該路由器把影音連接埠轉送到這台機器，請設定 SEALROOM_ANNOUNCED_ADDRESS=${found.seen}。`,
      );
    case 'media-address-local':
      return says(
        '影音位址',
        `${found.addresses.join('、')}：只適用於區域網路`,
        '請把 SEALROOM_ANNOUNCED_ADDRESS 設為這台機器或其路由器的公開位址。',
      );
    case 'media-address-unknown':
      return says('影音位址', `無法解析：${found.reason}`, '請更正 SEALROOM_ANNOUNCED_ADDRESS。');

    case 'worker-starts':
      return says('影音處理程序', '可以啟動');
    case 'worker-missing':
      return says('影音處理程序', '找不到', '請參閱 README 的「Requirements」。');
    case 'worker-fails':
      return says(
        '影音處理程序',
        `無法啟動：${found.reason}`,
        '請執行 node_modules/.bin/node server/tools/worker.ts，參閱 README 的「Requirements」。',
      );

    case 'media-call':
    case 'media-losses': {
      const time = found.rttMs === null ? '' : `，${found.rttMs.toFixed(1)} 毫秒`;
      return says(
        '影音路徑',
        `${placeOf(found.place)}：呼叫可以來回（${found.sent} 個封包回來 ${found.back} 個${time}）`,
        found.code === 'media-call' ? null : mangled,
      );
    }
    case 'media-port-taken':
      return says(
        '影音路徑',
        `無法使用連接埠 ${found.port}：${found.reason}`,
        '請停止另一個程式，或設定 SEALROOM_MEDIA_PORT。',
      );
    case 'media-on-free-port':
      return says(
        '影音路徑',
        '伺服器正在執行：改用一個空的連接埠試過',
        '要測試真正的連接埠，請停止伺服器，再用 npm run doctor 檢查。',
      );
    case 'media-silent':
      return says(
        '影音路徑',
        `${placeOf(found.place)} 沒有回應`,
        '請在這台機器的防火牆放行這個連接埠，UDP 和 TCP 都要。',
      );
    case 'media-not-from-inside':
      return says(
        '影音路徑',
        `從這台機器連 ${placeOf(found.place)} 沒有回應`,
        '許多路由器不會從內部繞回來：請從外部試試。否則請轉送這個連接埠，並在防火牆放行。',
      );
    case 'media-no-connection':
      return says('影音路徑', `${placeOf(found.place)} 有回應，但無法建立加密連線`, mangled);

    case 'turn-none':
      return says(
        'TURN',
        '尚未設定：防火牆擋住影音連接埠的人，將看不到也聽不到',
        '請設定 SEALROOM_TURN_URLS 與 SEALROOM_TURN_SECRET，並用 npm run turn:config 產生的檔案執行 coturn。',
      );
    case 'turn-relay':
      return says('TURN', `${found.url} 可以轉送`);
    case 'turn-call':
      return says('TURN', `${found.url} 可以轉送，呼叫可以通過（${found.sent} 個封包回來 ${found.back} 個）`);
    case 'turn-no-address':
      return says('TURN', `瀏覽器無法使用 ${found.url} 這個位址`, '請更正 SEALROOM_TURN_URLS。');
    case 'turn-passes-nothing':
      return says(
        'TURN',
        `${found.url} 不把任何封包轉送到影音伺服器`,
        '請重新產生 coturn 的設定：npm run turn:config。',
      );
    case 'turn-does-not-reach':
      return says(
        'TURN',
        `${found.url} 可以轉送，但到不了影音伺服器的 ${found.address}，連接埠 ${found.port}`,
        '請讓 TURN 伺服器能以 UDP 送到影音連接埠並收到回應。',
      );
    case 'turn-credentials':
      return says(
        'TURN',
        `${found.url} 拒絕我們的憑據`,
        '那裡的密鑰（coturn：static-auth-secret）必須與 SEALROOM_TURN_SECRET 相同，時鐘也要準確。',
      );
    case 'turn-no-relay':
      return says(
        'TURN',
        `${found.url} 沒有提供轉送：${found.reason}`,
        '請查看 TURN 伺服器及其憑證與防火牆，或更正 SEALROOM_TURN_URLS。',
      );
  }
}

const mangled = '途中有東西丟棄或改動封包：請查看防火牆，以及檢查流量的設備。';

function placeOf({ protocol, address, port }: MediaPlace): string {
  return `${protocol.toUpperCase()} ${address}，連接埠 ${port}`;
}
