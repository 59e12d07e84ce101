import type { GlobalThemeOverrides } from 'naive-ui'

/**
 * Naive UI in our colours. Naive mixes some colours by calculation and cannot
 * read CSS variables, so the tokens' present values are handed over as they
 * stand; call again when the theme or the text size has changed.
 */
export function themeOverrides(): GlobalThemeOverrides {
  const style = getComputedStyle(document.documentElement)
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim() || undefined
  const px = (rem: number) => `${rem * 16 * (Number(token('scale')) || 1)}px`
  return {
    common: {
      fontFamily: token('font-sans'),
      fontSize: px(1),
      fontSizeMedium: px(1),
      fontSizeSmall: px(0.9375),
      borderRadius: '6px',
      bodyColor: token('ground'),
      cardColor: token('sheet'),
      modalColor: token('sheet'),
      popoverColor: token('sheet'),
      tableColor: token('sheet'),
      inputColor: token('sheet'),
      textColorBase: token('ink'),
      textColor1: token('ink'),
      textColor2: token('ink'),
      textColor3: token('ink-2'),
      placeholderColor: token('ink-3'),
      dividerColor: token('line'),
      borderColor: token('line-2'),
      primaryColor: token('pine'),
      primaryColorHover: token('pine'),
      primaryColorPressed: token('pine'),
      primaryColorSuppl: token('pine'),
      errorColor: token('red'),
      errorColorHover: token('red'),
      errorColorPressed: token('red'),
      warningColor: token('amber'),
      warningColorHover: token('amber'),
      warningColorPressed: token('amber'),
      heightMedium: px(2.75),
    },
    Tabs: {
      tabFontSizeMedium: px(1),
      tabTextColorLine: token('ink-2'),
      tabTextColorActiveLine: token('pine'),
      tabTextColorHoverLine: token('pine'),
      barColor: token('pine'),
    },
  }
}
