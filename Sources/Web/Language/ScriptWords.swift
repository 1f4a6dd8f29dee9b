/// What the scripts of the pages say; each asks for its sentence by the English one.
package enum ScriptWords {
  package static let all = [
    "1 row ticked", "Add a condition", "Add a group", "All {} that match", "Bring it back", "Close", "Comparison",
    "Conditions", "Copied",
    "Copy", "Double-click, or Enter, to change it", "Everything that meets “{}”", "Field", "Go anywhere", "Go to",
    "Go to a page…", "How the conditions are joined", "It could not be saved.", "Keys",
    "Next and previous row of a list", "No", "Nothing by that name.", "Open the row", "Perhaps", "Places",
    "Or another value", "Remove the condition", "Remove the group", "Remove the value", "Save a form", "Search",
    "Search or go to",
    "Search records, pages, actions…", "The task is done", "These keys", "This may be here already:", "Tick the row",
    "Value", "Very likely", "What you typed here before is still kept.", "Whether they hold", "Yes", "all of these",
    "any of these", "do not hold", "hold", "{} in all", "{} rows ticked",
  ]

  /// The sentences in the language of the page, for `words` of `valuechain.js`; English needs none.
  static var block: HTML {
    guard Language.current != nil else { return HTML() }
    // The block says its own sentences.
    let said = Dictionary(uniqueKeysWithValues: all.map { ($0, $0) })
    return "<script type=\"application/json\" id=\"vc-words\">\(json: said)</script>"
  }
}
