import Kernel
import Store
import Web

/// Where a filter is built by clicking or typed; a form holds it and sends it as `filter`.
package struct FilterEditor {
  let fields: [RecordField]
  /// People, teams and tags that fields name.
  let people: [String: [RecordField.Choice]]
  let filter: Filter?
  /// What was typed, when it makes no filter.
  let typed: String?
  /// Whether it begins without a condition.
  let isOptional: Bool

  package init(
    _ fields: [RecordField], people: [String: [RecordField.Choice]], filter: Filter?, typed: String? = nil,
    isOptional: Bool = false
  ) {
    self.fields = fields
    self.people = people
    self.filter = filter
    self.typed = typed
    self.isOptional = isOptional
  }

  /// The words for people, teams and tags that some fields name.
  package static func people(for fields: [RecordField], in tx: Transaction) throws -> [String: [RecordField.Choice]] {
    try RecordDesk.people(for: fields, in: tx)
  }

  /// Where scripts put what is clicked.
  var builder: HTML {
    "<div data-filter-builder\(flag: "data-optional", isOptional) data-tree=\"\(tree)\"></div>"
  }

  /// Where the filter stands as text.
  var area: HTML {
    """
    <label class="vc-label" for="filter-text">As text</label>\
    <p class="vc-hint" id="filter-hint">Such as: kind is organisation and (name contains 'meier' or createdAt last 30)</p>\
    <textarea class="form-control" id="filter-text" name="filter" rows="2" aria-describedby="filter-hint">\
    \(filter?.text ?? typed ?? "")</textarea>
    """
  }

  /// What can be written in it.
  var legend: HTML {
    """
    <details class="vc-filter-fields"><summary>Fields and comparisons</summary><dl>\
    \(fields.html { "<div><dt>\($0.name)</dt><dd>\(words: $0.label): \($0.comparisons.map(\.rawValue).joined(separator: ", "))</dd></div>" })\
    </dl></details>
    """
  }

  /// The fields as scripts need them.
  private var block: HTML {
    let sheets = fields.map { FieldSheet($0, choices: people[$0.name] ?? $0.choices, isOpen: false) }
    return "<script type=\"application/json\" id=\"vc-fields\">\(written: FieldSheet.json(sheets))</script>"
  }

  /// All of it, for a form that has other fields too.
  package var html: HTML {
    "<div class=\"vc-field vc-filter-field\">\(builder)\(area)\(legend)\(block)</div>"
  }

  private var tree: String {
    guard let filter, let bytes = try? JSON.bytes(FilterTree(filter)) else { return "" }
    return String(decoding: bytes, as: UTF8.self)
  }
}
