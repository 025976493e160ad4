/** The emoji on offer: few, and all of them in the system's own font. Screen readers name them. */
export const emoji: readonly string[] = [
  ...'😀 😄 😂 🙂 😉 😊 😍 🤔 😐 😮 😢 😅 🙈 🥳 😴 🤝'.split(' '),
  ...'👍 👎 👏 🙌 🙏 👋 ✌️ 💪 👀 ❤️ 🎉 🔥 ⭐ ✅ ❌ ❓'.split(' '),
  ...'❗ 💡 📌 📎 📅 ⏰ ☕ 🍵 🌱 🌞 🌧️ 🏠 🚀 🎯 🏆 📚'.split(' '),
];
