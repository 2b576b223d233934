// The look of all charts: colours and font are those of the page, in each of its themes.

/**
 * The template of a chart, in Plotly's terms.
 * @param {HTMLElement} place  whose colours and font the chart takes
 */
export function template(place) {
  const { color, backgroundColor: ground, fontFamily: family } = getComputedStyle(place);
  const [red, green, blue] = color.match(/[\d.]+/g) ?? [0, 0, 0];
  /** @param {number} opacity */
  const ink = (opacity) => `rgba(${red}, ${green}, ${blue}, ${opacity})`;
  /** @param {number} size */
  const font = (size) => ({ family, size, color: ink(0.7) });
  const axis = {
    automargin: true,
    gridcolor: ink(0.12),
    zerolinecolor: ink(0.12),
    tickcolor: ink(0.12),
    tickfont: font(12),
  };
  return {
    layout: {
      font: font(12),
      legend: { font: { ...font(12), color } },
      paper_bgcolor: ground,
      plot_bgcolor: ground,
      hoverlabel: { bgcolor: ground, bordercolor: ink(0.3), font: font(12) },
      margin: { pad: 8, l: 0, r: 0 },
      xaxis: { ...axis, showgrid: false, zeroline: false, title: { font: font(14), standoff: 20 } },
      yaxis: { ...axis, title: { font: font(14), standoff: 24 } },
    },
  };
}
