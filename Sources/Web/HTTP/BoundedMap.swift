/// A map of so many keys at most: when it is full, the one that was not asked for longest goes.
package struct BoundedMap<Key: Hashable & Sendable, Held: Sendable>: Sendable {
  private struct Node {
    let key: Key
    var held: Held
    var older: Int?
    var newer: Int?
  }

  private var places: [Key: Int] = [:]
  private var nodes: [Node] = []
  private var free: [Int] = []
  private var oldest: Int?
  private var newest: Int?
  private let most: Int

  package init(most: Int) { self.most = max(1, most) }

  package var count: Int { places.count }

  /// The value of a key; setting one makes its key the newest.
  package subscript(_ key: Key) -> Held? {
    get { places[key].map { nodes[$0].held } }
    set {
      guard let newValue else { return remove(key) }
      if let place = places[key] {
        nodes[place].held = newValue
        unlink(place)
        link(place)
      } else {
        if places.count >= most, let place = oldest { remove(nodes[place].key) }
        let place = room(for: Node(key: key, held: newValue))
        places[key] = place
        link(place)
      }
    }
  }

  private mutating func remove(_ key: Key) {
    guard let place = places.removeValue(forKey: key) else { return }
    unlink(place)
    free.append(place)
  }

  private mutating func room(for node: Node) -> Int {
    if let place = free.popLast() {
      nodes[place] = node
      return place
    }
    nodes.append(node)
    return nodes.count - 1
  }

  private mutating func link(_ place: Int) {
    nodes[place].older = newest
    nodes[place].newer = nil
    if let newest { nodes[newest].newer = place }
    newest = place
    if oldest == nil { oldest = place }
  }

  private mutating func unlink(_ place: Int) {
    let (older, newer) = (nodes[place].older, nodes[place].newer)
    if let older { nodes[older].newer = newer } else { oldest = newer }
    if let newer { nodes[newer].older = older } else { newest = older }
  }
}
