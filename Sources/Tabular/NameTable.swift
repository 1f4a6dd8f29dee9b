/// Numbers names in the order they first appear, from 0; a name is any run of bytes without zeros.
///
/// Short whole numbers, which most customer numbers are, index an array; other names go through an open-addressing hash
/// table with linear probing. Its hash is seeded at random, which changes no result.
final class NameTable {
  private struct Slot {
    /// The name itself up to eight bytes, else its hash.
    var key: UInt64
    /// -1 in a free slot.
    var id: Int32
    var length: Int32
  }

  /// All names one behind the other.
  @exclusivity(unchecked) private(set) var bytes: [UInt8] = []
  /// Where each name begins, and behind the last one.
  @exclusivity(unchecked) private(set) var offsets: [Int] = [0]
  @exclusivity(unchecked) private var direct: UnsafeMutablePointer<Int32>
  @exclusivity(unchecked) private var directCount: Int
  @exclusivity(unchecked) private var slots: UnsafeMutablePointer<Slot>
  @exclusivity(unchecked) private var mask: Int
  @exclusivity(unchecked) private var used = 0
  private let seed: UInt64

  /// Whole numbers below this index the array.
  static let directLimit = 1 << 24

  init(seed: UInt64 = UInt64.random(in: .min ... .max)) {
    self.seed = seed | 1
    directCount = 1 << 12
    direct = .allocate(capacity: directCount)
    direct.initialize(repeating: -1, count: directCount)
    mask = (1 << 12) - 1
    slots = .allocate(capacity: mask + 1)
    slots.initialize(repeating: Slot(key: 0, id: -1, length: 0), count: mask + 1)
  }

  deinit {
    direct.deallocate()
    slots.deallocate()
  }

  var count: Int { offsets.count - 1 }

  /// The numbers in this table of the names of another, new or not, in the other's order.
  func numbers(of other: NameTable) -> [Int32] {
    other.bytes.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return [] }
      return (0..<other.count).map { id in
        number(base + other.offsets[id], other.offsets[id &+ 1] &- other.offsets[id])
      }
    }
  }

  /// The number of a name that is a whole number below the limit without leading zeros, new or not.
  @inline(__always) func number(_ value: Int) -> Int32 {
    if value < directCount {
      let id = direct[value]
      if id >= 0 { return id }
    }
    return addNew(value)
  }

  private func addNew(_ value: Int) -> Int32 {
    var digits = String(value)
    return digits.withUTF8 { bytes in bytes.baseAddress.map { addDirect(value, $0, bytes.count) } ?? 0 }
  }

  /// The number of a name, new or not.
  @inline(__always) func number(_ name: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    if count <= 8 {
      if let value = NameTable.wholeNumber(name, count) {
        if value < directCount, direct[value] >= 0 { return direct[value] }
        return addDirect(value, name, count)
      }
      return find(NameTable.packed(name, count), name, count)
    }
    return find(hash(name, count), name, count)
  }

  /// The value of digits without leading zeros, below the limit; nil for any other name.
  @inline(__always) static func wholeNumber(_ name: UnsafePointer<UInt8>, _ count: Int) -> Int? {
    guard count > 0, name[0] != 48 || count == 1 else { return nil }
    var value = 0
    for index in 0..<count {
      let digit = name[index] &- 48
      guard digit <= 9 else { return nil }
      value = value &* 10 &+ Int(digit)
    }
    return value < directLimit ? value : nil
  }

  @inline(__always) private static func packed(_ name: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
    var key: UInt64 = 0
    for index in 0..<count { key |= UInt64(name[index]) &<< UInt64(index &* 8) }
    return key
  }

  private func addDirect(_ value: Int, _ name: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    if value >= directCount {
      var size = directCount
      while size <= value { size *= 2 }
      let larger = UnsafeMutablePointer<Int32>.allocate(capacity: size)
      larger.update(from: direct, count: directCount)
      (larger + directCount).initialize(repeating: -1, count: size - directCount)
      direct.deallocate()
      direct = larger
      directCount = size
    }
    let id = append(name, count)
    direct[value] = id
    return id
  }

  @inline(__always) private func mix(_ key: UInt64) -> UInt64 {
    let product = (key ^ seed).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15 ^ seed)
    return product.high ^ product.low
  }

  private func hash(_ name: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
    var state = UInt64(truncatingIfNeeded: count) ^ seed
    var index = 0
    while index &+ 8 <= count {
      state = mix(state ^ Scan.load(name + index))
      index &+= 8
    }
    return mix(state ^ NameTable.packed(name + index, count &- index))
  }

  private func find(_ key: UInt64, _ name: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    var place = Int(truncatingIfNeeded: mix(key) &>> 20) & mask
    while slots[place].id >= 0 {
      let slot = slots[place]
      if slot.key == key, Int(slot.length) == count, count <= 8 || isName(slot.id, name, count) { return slot.id }
      place = (place &+ 1) & mask
    }
    let id = append(name, count)
    slots[place] = Slot(key: key, id: id, length: Int32(truncatingIfNeeded: count))
    used += 1
    if used * 2 > mask { grow() }
    return id
  }

  private func isName(_ id: Int32, _ name: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    let start = offsets[Int(id)]
    return bytes.withUnsafeBufferPointer { held in
      for index in 0..<count where held[start &+ index] != name[index] { return false }
      return true
    }
  }

  private func append(_ name: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    let id = Int32(truncatingIfNeeded: offsets.count - 1)
    bytes.append(contentsOf: UnsafeBufferPointer(start: name, count: count))
    offsets.append(bytes.count)
    return id
  }

  private func grow() {
    let old = slots
    let oldCount = mask + 1
    mask = oldCount * 2 - 1
    slots = .allocate(capacity: mask + 1)
    slots.initialize(repeating: Slot(key: 0, id: -1, length: 0), count: mask + 1)
    for index in 0..<oldCount where old[index].id >= 0 {
      var place = Int(truncatingIfNeeded: mix(old[index].key) &>> 20) & mask
      while slots[place].id >= 0 { place = (place &+ 1) & mask }
      slots[place] = old[index]
    }
    old.deallocate()
  }
}
