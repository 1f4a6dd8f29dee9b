import Kernel
import Web

extension RecordDesk {
  /// The way to the records before and after one in the list its reader came from, which `from` in the address describes;
  /// nothing where they came from no list.
  package func walk(from key: RecordKey, _ visit: Visit) async throws -> HTML {
    guard let from = visit.query["from"], !from.isEmpty else { return HTML() }
    let text = from.utf8.first == UInt8(ascii: "?") ? String(from.dropFirst()) : from
    guard let query = try? Decoding.fields(text.utf8, field: "from"), let question = try? RecordQuestion(query: query)
    else { return HTML() }
    let catalogue = try catalogues.of(key.noun)
    let found: (previous: Int64?, next: Int64?)
    do {
      found = try await lists.neighbours(
        of: key.id, question, of: catalogue, for: visit.actor, in: ListSetting(visit.viewer))
    } catch let problem as Problem where [.invalid, .malformed].contains(problem.kind) {
      // The list named a field that is gone since, or that this reader does not see.
      return HTML()
    }
    guard found.previous != nil || found.next != nil else { return HTML() }
    func link(_ id: Int64?, _ words: String, _ rel: String, _ icon: String) -> HTML {
      guard let id else { return "<span></span>" }
      let path = Address.path("\(catalogue.path)/\(id)", [("from", from)])
      return "<a class=\"btn\" rel=\"\(rel)\" href=\"\(url: path)\">\(Icon(icon))\(words: words)</a>"
    }
    return """
      <nav class="vc-neighbours" aria-label="In the list you came from">\
      \(link(found.previous, "Previous", "prev", "chevron-left"))\(link(found.next, "Next", "next", "chevron-right"))</nav>
      """
  }
}
