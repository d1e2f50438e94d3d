// ankerl::unordered_dense by the standard containers. They promise more (an entry keeps its place in memory) and their
// lookups are slower, which is not noticed beside the encryption that every packet costs.
#pragma once

#include <functional>
#include <unordered_map>
#include <unordered_set>

namespace ankerl::unordered_dense
{
template<typename Key>
using hash = std::hash<Key>;

template<typename Key, typename Value, typename Hash = hash<Key>, typename Equal = std::equal_to<Key>>
using map = std::unordered_map<Key, Value, Hash, Equal>;

template<typename Key, typename Hash = hash<Key>, typename Equal = std::equal_to<Key>>
using set = std::unordered_set<Key, Hash, Equal>;
} // namespace ankerl::unordered_dense
