@echo off
rem The command line of the packed app, on the Node that comes with it.
"%~dp0..\node\node.exe" "%~dp0..\app.asar.unpacked\out\main\cli.js" %*
