"""The format of the files: settings (numbers) and tensors, one a line."""

import json

import numpy as np


def tensor(value):
    array = value.detach().numpy()
    if np.issubdtype(array.dtype, np.floating):
        data = [float(str(number)) for number in array.astype(np.float32).ravel()]
    else:
        data = array.ravel().tolist()
    return {"shape": list(array.shape), "data": data}


def write(folder, name, tensors, **settings):
    lines = [f"    {json.dumps(key)}: {json.dumps(tensor(value))}" for key, value in tensors.items()]
    text = f'{{\n  "settings": {json.dumps(settings)},\n  "tensors": {{\n' + ",\n".join(lines) + "\n  }\n}\n"
    (folder / f"{name}.json").write_text(text)
