//! DRIVER: from single measurements to one figure and how far it can be trusted.

/// The middle of some figures, and how far they lie apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Middle {
    /// As many lie above as below; of an even number, the mean of the two in the middle.
    pub median: f64,
    /// The least.
    pub least: f64,
    /// The most.
    pub most: f64,
}

impl Middle {
    /// Of any number of figures; `None` of none. What is not a number is left out.
    pub fn of(figures: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut sorted: Vec<f64> = figures.into_iter().filter(|figure| !figure.is_nan()).collect();
        sorted.sort_by(f64::total_cmp);
        let (least, most) = (*sorted.first()?, *sorted.last()?);
        let half = sorted.len() / 2;
        let median =
            if sorted.len().is_multiple_of(2) { f64::midpoint(sorted[half - 1], sorted[half]) } else { sorted[half] };
        Some(Self { median, least, most })
    }

    /// How far the least and the most lie apart, as a share of the median; 0 of a median of 0.
    pub fn spread(&self) -> f64 {
        if self.median == 0.0 { 0.0 } else { (self.most - self.least) / self.median.abs() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_one_in_the_middle_whatever_the_order() {
        for figures in [[3.0, 1.0, 200.0], [200.0, 3.0, 1.0], [1.0, 200.0, 3.0]] {
            assert_eq!(Middle::of(figures), Some(Middle { median: 3.0, least: 1.0, most: 200.0 }));
        }
        assert_eq!(Middle::of([4.0, 1.0, 2.0, 9.0]).unwrap().median, 3.0);
        assert_eq!(Middle::of([5.0]).unwrap().median, 5.0);
        assert_eq!(Middle::of([]), None);
        assert_eq!(Middle::of([f64::NAN, 2.0]).unwrap().median, 2.0);
    }

    #[test]
    fn the_spread_is_a_share_of_the_median() {
        assert_eq!(Middle::of([9.0, 10.0, 12.0]).unwrap().spread(), 0.3);
        assert_eq!(Middle::of([0.0, 0.0]).unwrap().spread(), 0.0);
    }
}
