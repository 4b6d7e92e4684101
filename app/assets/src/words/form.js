// form-js's words in Chinese. Its keys are its English templates.
import { chinese, fill } from '../page.js';

const CHINESE = {
  'Add new': '新增一条',
  'All values selected': '已全部选中',
  'Click to remove sorting': '点击取消排序',
  'Click to sort by {value} ascending': '点击按“{value}”升序排列',
  'Click to sort by {value} descending': '点击按“{value}”降序排列',
  'Collapse': '收起',
  'Date and time must both be entered.': '日期和时间须同时填写。',
  'Decrement': '减少',
  'Document reference is not defined.': '未指定文件。',
  'Download {fileName}': '下载 {fileName}',
  'Expand all ({value})': '展开全部（{value}）',
  "External content couldn't be loaded.": '无法载入外部内容。',
  'Field is required.': '此项为必填项。',
  'Field must be a valid email.': '请填写有效的电子邮箱。',
  'Field must be a valid international phone number. (e.g. +4930664040900)': '请填写有效的电话号码，例如 +8613800000000。',
  'Field must have maximum length of {value}.': '不得超过 {value} 个字符。',
  'Field must have maximum value of {value}.': '不得大于 {value}。',
  'Field must have minimum length of {value}.': '不得少于 {value} 个字符。',
  'Field must have minimum value of {value}.': '不得小于 {value}。',
  'Field must match pattern {value}.': '格式不正确，应符合 {value}。',
  'Increment': '增加',
  'Max validation value is not a valid number.': '表单设置有误：最大值不是数字。',
  'Min validation value is not a valid number.': '表单设置有误：最小值不是数字。',
  'Next page': '下一页',
  'No content to show.': '没有可显示的内容。',
  'No files selected': '未选择文件',
  'No results': '没有匹配的选项',
  'Nothing to show.': '没有数据。',
  'Please select a valid value, the two nearest valid values are {previousValue} and {nextValue}.':
    '请填写有效的数值，最接近的是 {previousValue} 和 {nextValue}。',
  'Previous page': '上一页',
  'Remove tag': '移除',
  'Search': '搜索',
  'Skip to search': '跳到搜索框',
  'Unable to download document': '无法下载文件',
  'Value is expected to be an integer.': '请填写整数。',
  'Value is expected to have at most 1 decimal digit.': '最多保留 1 位小数。',
  'Value is expected to have at most {value} decimal digits.': '最多保留 {value} 位小数。',
  'Value is not a number.': '请填写数字。',
  '{page} of {total}': '第 {page} 页，共 {total} 页',
  '{value} files selected': '已选择 {value} 个文件',
  'Select': '请选择',
  'Browse': '选择文件',
  'Remove list item {value}': '删除第 {value} 条',
  'binding path \'{value}\' is already claimed': '字段路径“{value}”重复',
};

/**
 * form-js's `translate` service.
 * @param {string} template
 * @param {Record<string, string | number>} [values]
 */
export function word(template, values) {
  return fill((chinese && CHINESE[template]) || template, values);
}

/** The language that dates are written in. */
export function locale() {
  return chinese ? 'zh-CN' : 'en-GB';
}
