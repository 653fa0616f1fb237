@echo off
rem Starter ALIS på Windows. Krever ikke administrator.
setlocal
chcp 850 >nul
title ALIS
set PYTHON_MANAGER_AUTOMATIC_INSTALL=false
set "START=%~dp0start\start.py"
for %%V in (@PYTHONS@) do (
  py -%%V "%START%" --fits >nul 2>nul && (
    py -%%V "%START%" %*
    goto end
  )
)
for %%P in (python python3) do (
  %%P "%START%" --fits >nul 2>nul && (
    %%P "%START%" %*
    goto end
  )
)
echo ALIS trenger Python @OLDEST@ til @NEWEST@ (64-bit), og fant ingen.
echo Installer Python @NEWEST@ fra Microsoft Store eller fra python.org. Det krever ikke administrator.
echo Dobbeltklikk så på Start ALIS på nytt.
pause
exit /b 1

:end
if errorlevel 1 pause
