// Loads what the page needs. Every page works without any of this.
const version = new URL(import.meta.url).search
// What scripts say, in the language of the page; `{}` is a place for a value.
const said = JSON.parse(document.getElementById('vc-words')?.textContent || '{}')
globalThis.words = (english, value) => (said[english] || english).replace('{}', () => value)
const load = (name) => import(`./${name}.js${version}`)

load('menus')
load('palette')
if (document.querySelector('[data-list]')) load('lists')
if (document.querySelector('[data-filter-builder]')) load('filters')
if (document.querySelector('#vc-fields, [data-board]')) load('records')
if (document.querySelector('[data-form], [data-drop]')) load('forms')
if (document.querySelector('[data-live]')) load('live')
if (document.querySelector('[data-chart-data]')) load('charts')
if (document.querySelector('[data-cuts]')) load('cuts')
if (document.querySelector('[data-removals]')) load('removals')
if (document.querySelector('[data-copy]')) load('copy')
if (document.querySelector('[data-look]')) load('look')
if (document.querySelector('[data-done]')) load('tasks')
if (document.querySelector('[data-tags]')) load('tags')
if (document.querySelector('[data-choose]')) load('choose')
if (document.querySelector('form[data-form][action="/customers"], form[data-form][action="/contacts"]')) load('duplicates')
