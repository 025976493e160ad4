#ifndef SEALROOM_ANKERL_UNORDERED_DENSE_H
#define SEALROOM_ANKERL_UNORDERED_DENSE_H

// Distributions do not package unordered_dense. The worker uses only what it shares with the standard
// containers, which give stronger guarantees (references stay valid when the table grows).

#include <functional>
#include <unordered_map>
#include <unordered_set>

namespace ankerl::unordered_dense
{
	template<typename T>
	using hash = std::hash<T>;

	template<typename Key, typename T, typename Hash = std::hash<Key>, typename Equal = std::equal_to<Key>>
	using map = std::unordered_map<Key, T, Hash, Equal>;

	template<typename Key, typename Hash = std::hash<Key>, typename Equal = std::equal_to<Key>>
	using set = std::unordered_set<Key, Hash, Equal>;
} // namespace ankerl::unordered_dense

#endif
