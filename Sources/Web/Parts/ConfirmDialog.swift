/// A button that asks before it does what cannot be undone. Everything else is done at once and offers *Undo*.
package struct ConfirmDialog: Part {
  let label: String
  let question: String
  let explanation: HTML
  let confirm: String
  let action: String
  let csrf: String
  let method: Form.Method
  let fields: [(name: String, value: String)]
  let icon: String?

  /// - Parameters:
  ///   - question: what is about to happen, as a question.
  ///   - explanation: what is lost and what is kept.
  ///   - confirm: the verb on the button that does it.
  package init(
    _ label: String, question: String, explanation: HTML, confirm: String, action: String, csrf: String,
    method: Form.Method = .delete, fields: [(name: String, value: String)] = [], icon: String? = "trash"
  ) {
    self.label = label
    self.question = question
    self.explanation = explanation
    self.confirm = confirm
    self.action = action
    self.csrf = csrf
    self.method = method
    self.fields = fields
    self.icon = icon
  }

  // A dialog that is also a popover opens without scripts; with them it is made modal.
  package var html: HTML {
    let id = Form.identifier("confirm-\(action)-\(label)")
    return """
      <button type="button" class="\(Weight.danger.classes)" popovertarget="\(id)" data-confirm="\(id)">\
      \(icon.map { Icon($0) })\(words: label)</button>\
      <dialog class="vc-dialog" id="\(id)" popover aria-labelledby="\(id)-title"><h2 id="\(id)-title">\(words: question)</h2>\
      <div>\(explanation)</div><div class="vc-dialog-end">\
      <button type="button" class="btn" popovertarget="\(id)" popovertargetaction="hide" data-close>Keep it</button>\
      <form method="post" action="\(url: action)">\(Form.hidden(csrf: csrf, method: method))\
      \(fields.html { Form.hidden($0.name, $0.value) })\
      <button type="submit" class="btn btn-danger vc-danger">\(words: confirm)</button></form></div></dialog>
      """
  }
}
