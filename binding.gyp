# For tools that know node-gyp alone. CMakeLists.txt is the one build description; this only calls it.
{
  "targets": [
    {
      "target_name": "wetas",
      "type": "none",
      "actions": [
        {
          "action_name": "cmake_js",
          "inputs": ["CMakeLists.txt"],
          "outputs": ["<(PRODUCT_DIR)/wetas.node"],
          "action": ["node", "scripts/prebuild/cmakeAsNodeGyp.mjs", "<(PRODUCT_DIR)"]
        }
      ]
    }
  ]
}
