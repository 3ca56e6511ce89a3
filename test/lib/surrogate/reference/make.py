"""Reference numbers of marginal-likelihood.test.ts and gaussian-process.test.ts.

    python3 make.py        # numpy, scikit-learn

scikit-learn's kernel is k = s²·Matérn(ν = 5/2, ℓ) + σ_n²·δ; its gradient is by ln s², ln ℓ (not ln ℓ²), ln σ_n².
"""

import numpy as np
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

X = np.array([[0.1, 0.2], [0.4, 0.9], [0.5, 0.5], [0.8, 0.1], [0.95, 0.7]])
y = np.array([0.3, -1.2, 0.7, 1.1, -0.4])
kernel = ConstantKernel(1.7) * Matern((0.3, 0.6), nu=2.5) + WhiteKernel(1e-3)
gp = GaussianProcessRegressor(kernel, optimizer=None, alpha=0).fit(X, y)
value, gradient = gp.log_marginal_likelihood(kernel.theta, eval_gradient=True)
print("log marginal likelihood", repr(value), "gradient", gradient.tolist())
mean, deviation = gp.predict(np.array([[0.3, 0.3]]), return_std=True)
print("mean", repr(mean[0]), "variance of f", repr(deviation[0] ** 2 - 1e-3))
