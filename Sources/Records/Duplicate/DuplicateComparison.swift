import Kernel

/// Two records, field by field.
package enum DuplicateComparison {
  private typealias Evidence = DuplicateEvidence

  /// What each field that both have says; a field that one of them lacks says nothing.
  package static func evidence(_ left: DuplicateProfile, _ right: DuplicateProfile) -> [DuplicateEvidence] {
    var all: [DuplicateEvidence] = []
    func add(_ field: String, _ chances: DuplicateEvidence.Chances, _ level: DuplicateEvidence.Level?) {
      if let level { all.append(DuplicateEvidence(field, level, chances.weight(level))) }
    }
    if let one = left.name, let other = right.name { add("name", Evidence.name, name(one, other)) }
    let email = email(left.emails, right.emails)
    add("email", Evidence.email, email)
    add("phone", Evidence.phone, phone(left.phones, right.phones))
    // An address that is the same has the same domain; that is said once.
    if email != .same, !left.sites.isEmpty || !right.sites.isEmpty, shares(left.domains, right.domains) {
      add("website", Evidence.site, .same)
    }
    if let codes = both(left.postalCode, right.postalCode) {
      add("postalCode", Evidence.postalCode, code(codes.0, codes.1, isOneCity: left.city == right.city))
    } else if let cities = both(left.city, right.city) {
      let isNear = Spelling.isOneLetterOff(cities.0, cities.1)
      add("city", Evidence.city, cities.0 == cities.1 ? .same : isNear ? .near : .different)
    }
    if let one = left.street, let other = right.street { add("street", Evidence.street, street(one, other)) }
    if let one = left.birthday, let other = right.birthday {
      add(
        "birthday", Evidence.birthday, one == other ? .same : Spelling.isOneLetterOff(one, other) ? .near : .different)
    }
    if shares(left.keys, right.keys) { add("key", Evidence.key, .same) }
    return all
  }

  static func name(_ left: DuplicateProfile.Name, _ right: DuplicateProfile.Name) -> DuplicateEvidence.Level {
    if left.sorted == right.sorted { return .same }
    guard left.numbers == right.numbers else { return .different }
    if left.words.joined() == right.words.joined() { return .same }
    if Spelling.jaroWinkler(left.bytes, right.bytes) >= 0.94 { return .near }
    if pairs(left.words, right.words) { return .near }
    if left.sounds.count == right.sounds.count, left.sounds.sorted() == right.sounds.sorted() { return .sound }
    if initials(left.words, right.words) { return .sound }
    return left.words.contains { $0.utf8.count > 3 && right.words.contains($0) } ? .part : .different
  }

  /// Whether each word of the shorter name stands in the longer, with one letter wrong at most, and one of them as it is.
  private static func pairs(_ left: [String], _ right: [String]) -> Bool {
    let (short, long) = left.count <= right.count ? (left, right) : (right, left)
    guard short.count > 1, long.count - short.count < 2 else { return false }
    var exact = 0
    for word in short {
      if long.contains(word) {
        exact += 1
      } else if word.utf8.count < 4 || !long.contains(where: { Spelling.isOneLetterOff(word, $0) }) {
        return false
      }
    }
    return exact > 0
  }

  /// `A. Meier` and `Anna Meier`: the last word is the same, the first begins alike and is one letter in one of them.
  private static func initials(_ left: [String], _ right: [String]) -> Bool {
    guard left.count > 1, right.count > 1, left.last == right.last, let one = left.first, let other = right.first,
      one.utf8.count == 1 || other.utf8.count == 1
    else { return false }
    return one.utf8.first == other.utf8.first
  }

  static func email(_ left: [String], _ right: [String]) -> DuplicateEvidence.Level? {
    guard !left.isEmpty, !right.isEmpty else { return nil }
    if shares(left, right) { return .same }
    for one in left {
      for other in right {
        if Spelling.isOneLetterOff(one, other) { return .near }
        let (own, others) = (parts(one), parts(other))
        if own.local == others.local, own.local.utf8.count > 4 { return .part }
      }
    }
    return .different
  }

  private static func parts(_ address: String) -> (local: String, domain: String) {
    let parts = address.utf8.split(separator: 64, maxSplits: 1)
    guard parts.count == 2 else { return (address, "") }
    return (String(decoding: parts[0], as: UTF8.self), String(decoding: parts[1], as: UTF8.self))
  }

  private static func phone(_ left: [PhoneNumber], _ right: [PhoneNumber]) -> DuplicateEvidence.Level? {
    guard !left.isEmpty, !right.isEmpty else { return nil }
    var level = DuplicateEvidence.Level.different
    for one in left {
      for other in right {
        if one.isSame(as: other) { return .same }
        if one.digits.utf8.count > 7, Spelling.isOneLetterOff(one.digits, other.digits) { level = .near }
      }
    }
    return level
  }

  private static func code(_ left: String, _ right: String, isOneCity: Bool) -> DuplicateEvidence.Level {
    if left == right { return .same }
    if Spelling.isOneLetterOff(left, right) { return .near }
    return isOneCity ? .part : .different
  }

  private static func street(_ left: String, _ right: String) -> DuplicateEvidence.Level {
    if left == right { return .same }
    // Two numbers are two houses, however alike they look.
    if Words.digits(left) == Words.digits(right), Spelling.isOneLetterOff(left, right) { return .near }
    return left.split(separator: " ").first == right.split(separator: " ").first ? .part : .different
  }

  private static func both(_ left: String?, _ right: String?) -> (String, String)? {
    if let left, let right { (left, right) } else { nil }
  }

  private static func shares(_ left: [String], _ right: [String]) -> Bool { left.contains { right.contains($0) } }
}
